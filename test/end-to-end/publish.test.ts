import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { repository, sha256 } from "../infrastructure/registry/images.ts";
import { startEmbedded } from "../infrastructure/registry/processes.ts";
import { freePort, Machine, type Project } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("publishing");
let machine: Machine;

test.before(async (t) => {
  machine = t.use(await Machine.create());
});

/** An image of one file in a repository of its own, and what is built on it. */
async function library(name: string, settings = ""): Promise<Project> {
  const project = await machine.project({
    [`images/${name}/Dockerfile`]: "FROM scratch\nCOPY *.txt /\n",
    [`images/${name}/hello.txt`]: "A\n",
    [`images/${name}-app/Dockerfile`]: "FROM base\nLABEL app=yes\n",
  });
  await project.configure(
    `const base = image("${name}", { tags: { "1.2.3": {} }, aliases: semver(), ${settings} });
     const app = image("${name}-app", { from: base.tag("1.2.3"), tags: { "1": {} } });`,
    "base, app",
    "defaults: { sbom: false }",
  );
  return project;
}

async function all(project: Project, flags = ""): Promise<readonly string[]> {
  const { code, stdout, stderr, ran } = await project.run(`all --json${flags}`);
  assert.is(code, 0, stdout + stderr);
  return [...ran].sort();
}

/** Points a tag at another manifest, as somebody would by hand. */
async function move(from: string, to: string): Promise<void> {
  const [source = "", tag = ""] = from.split(":");
  const [name = "", moved = ""] = to.split(":");
  const manifest = await machine.registry.manifest(machine.repository(source), tag);
  assert.ok(manifest);
  const found = await machine.registry.manifest(machine.repository(name), manifest.descriptor.digest);
  if (!found)
    await machine.registry.copy(machine.repository(source), machine.repository(name), manifest.descriptor.digest);
  await machine.registry.putManifest(machine.repository(name), moved, manifest);
}

test("push moves tags back to what was published before", async () => {
  const project = await library("back");
  await all(project);
  const first = await machine.digest("back:1");
  await project.write({ "images/back/hello.txt": "B\n" });
  await all(project);
  const second = await machine.digest("back:1");
  assert.is.not(first, second);
  await project.write({ "images/back/hello.txt": "A\n" });
  assert.equal(await all(project), ["push back-app:1", "push back:1.2.3"]);
  assert.equal(await Promise.all(["back:1.2.3", "back:1.2", "back:1"].map((tag) => machine.digest(tag))), [
    first,
    first,
    first,
  ]);
});

test("push puts a tag back that was moved by hand", async () => {
  const project = await library("moved");
  await all(project);
  const digest = await machine.digest("moved:1");
  await move("moved-app:1", "moved:1.2.3");
  await move("moved-app:1", "moved:1");
  const { stdout } = await project.run("plan");
  assert.match(stdout, /^run +push +moved:1\.2\.3 +1\.2\.3, 1 on another digest$/m);
  assert.equal(await all(project), ["push moved:1.2.3"]);
  assert.is(await machine.digest("moved:1.2.3"), digest);
  assert.is(await machine.digest("moved:1"), digest);
});

test("push refuses to move an alias to a lower version unless it may", async () => {
  const newer = await library("steps");
  await newer.configure(
    'const steps = image("steps", { tags: { "1.3.0": {} }, aliases: semver(), labels: { newer: "yes" } });',
    "steps",
  );
  await all(newer);
  const digest = await machine.digest("steps:1");
  const project = await library("steps");
  const refused = await project.run("all");
  assert.is(refused.code, 1);
  const message = `${machine.address}/steps:1 would move back from 1.3.0 to 1.2.3`;
  assert.ok(refused.stdout.includes(message), refused.stdout);
  assert.ok(refused.stdout.includes("Publish the newer version as well, or allow it: --allow-downgrade"));
  // All checks come before the first move: the tag that may move did not, either.
  assert.is(await machine.digest("steps:1.2.3"), undefined);
  assert.is(await machine.digest("steps:1"), digest);
  assert.equal(await all(project, " --allow-downgrade"), ["push steps-app:1", "push steps:1.2.3"]);
  assert.is(await machine.digest("steps:1"), await machine.digest("steps:1.2.3"));
});

test("push refuses to replace an image of somebody else unless it may", async () => {
  const project = await library("foreign");
  const manifest = { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [] };
  const body = Buffer.from(JSON.stringify(manifest));
  const descriptor = { mediaType: manifest.mediaType, digest: sha256(body), size: body.byteLength } as const;
  await machine.registry.putManifest(machine.repository("foreign"), "1.2.3", { descriptor, body });
  const refused = await project.run("all");
  assert.is(refused.code, 1);
  const message = `${machine.address}/foreign:1.2.3 is an image that image-manager did not publish`;
  assert.ok(refused.stdout.includes(message), refused.stdout);
  assert.ok(refused.stdout.includes("Choose another repository, or take the tag over: --take-over"));
  assert.is(await machine.digest("foreign:1"), undefined);
  assert.equal(await all(project, " --take-over"), ["push foreign-app:1", "push foreign:1.2.3"]);
});

test("push writes the published digests to --digests", async () => {
  const project = await library("digests");
  assert.is((await project.run("push digests --digests out.json")).code, 0);
  const digest = await machine.digest("digests:1.2.3");
  const name = `${machine.address}/digests`;
  assert.equal(JSON.parse(await readFile(join(project.folder, "out.json"), "utf8")), {
    [`${name}:1`]: digest,
    [`${name}:1.2`]: digest,
    [`${name}:1.2.3`]: digest,
  });
});

test("push publishes to every place with the same digests", async (t) => {
  const other = t.use(await startEmbedded(await t.folder()));
  const project = await library(
    "places",
    `publish: [hosted({ port: ${machine.port} }), oci("${other.address}/team"), oci("${other.address}/released")]`,
  );
  await all(project);
  const digest = await machine.digest("places:1");
  for (const name of ["team/places", "released/places"]) {
    const found = await machine.registry.manifest(repository(other.address, name), "1.2");
    assert.is(found?.descriptor.digest, digest);
    const [child] = JSON.parse(Buffer.from(found?.body ?? "").toString()).manifests;
    const image = await machine.registry.manifest(repository(other.address, name), child.digest);
    assert.ok(image, "the index has its manifest there");
  }
  assert.equal(await all(project), []);
});

test("all leaves publishing elsewhere to the verb push", async () => {
  const project = await library("elsewhere", 'publish: [oci("registry.example.org/team")]');
  await project.run("all elsewhere --json");
  const { summary, ran } = await project.run("all --json --force");
  assert.is(summary.failed, 0);
  assert.not.ok(ran.some((id) => id.startsWith("push ")));
});

test("all makes again what a registry has lost, nothing else", async () => {
  const project = await library("lost", 'files: { "made.txt": command(["echo", "made"], { version: "pinned" }) }');
  assert.ok((await all(project)).includes("prepare lost:1.2.3 made.txt"));
  const digest = await machine.digest("lost:1");
  await project.run("stop registry");
  await rm(join(machine.folder, "state/image-manager/registry"), { recursive: true });
  const again = ["lost-app:1", "lost:1.2.3"];
  assert.equal(await all(project), [
    ...again.map((target) => `build ${target} linux/amd64`),
    ...again.map((target) => `manifest ${target}`),
    ...again.map((target) => `push ${target}`),
  ]);
  assert.is(await machine.digest("lost:1"), digest);
  assert.equal(await all(project), []);
});

test("all says what to do when the configured registry is down", async () => {
  const port = await freePort();
  const project = await downProject(port);
  const { code, stdout, stderr } = await project.run("all");
  assert.is(code, 5);
  const lines = (stdout + stderr).split("\n");
  assert.equal(lines.slice(lines.findIndex((line) => line.startsWith("Error:"))).slice(0, 2), [
    `Error: Registry not reachable at localhost:${port}`,
    "Run 'docker compose up -d' to start infrastructure services.",
  ]);
  const again = await project.run("build");
  assert.is(again.code, 5);
  const events = await project.run("all --json");
  assert.is(events.code, 5);
  assert.equal(
    events.summary.problems.map(({ code: name }) => name),
    ["registry-unreachable"],
  );
});

async function downProject(port: number): Promise<Project> {
  const project = await machine.project({ "images/base/Dockerfile": "FROM scratch\nLABEL a=b\n" });
  const declared = 'const base = image("base", { tags: { "1": {} } });';
  await project.configure(declared, "base", `registry: oci("localhost:${port}")`);
  return project;
}
