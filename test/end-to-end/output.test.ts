import { readFile, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { hostPlatform } from "../../bin/platform.ts";
import { run } from "../../infrastructure/process/run.ts";
import { clone, Machine, type Project } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("what is written");
let machine: Machine;
let project: Project;

test.before(async (t) => {
  machine = t.use(await Machine.create());
  project = await machine.project({
    "images/base/Dockerfile": "FROM scratch\nCOPY hello.txt /\n",
    "images/base/hello.txt": "hello\n",
    "images/base/slim/rootfs/etc/slim": "slim\n",
    "images/none/Dockerfile": "FROM scratch\nLABEL layers=none\n",
  });
  await configure("");
});

async function configure(settings: string): Promise<void> {
  const declarations = `
    const base = image("base", { tags: { "1.2.3": {} }, variants: { slim: { suffix: "-slim" } }, aliases: semver() });
    const none = image("none", { tags: { edge: {} }, aliases: semver() });`;
  await project.configure(declarations, "base, none", settings);
}

function archiveOf(target: string): string {
  return join(project.folder, "dist", target, "image.tar");
}

test("archive writes what docker load and skopeo read", async () => {
  const { code, ran, stdout } = await project.run("archive --json");
  assert.is(code, 0, stdout.slice(-1000));
  assert.equal(ran.filter((id) => id.startsWith("archive ")).toSorted(), [
    `archive base:1.2.3 ${hostPlatform}`,
    `archive base:1.2.3-slim ${hostPlatform}`,
    `archive none:edge ${hostPlatform}`,
  ]);
  for (const [target, name] of [
    ["base/1.2.3", "base:1.2.3"],
    ["none/edge", "none:edge"],
  ] as const) {
    const inspected = await run(["skopeo", "inspect", `docker-archive:${archiveOf(target)}`]);
    assert.is(inspected.code, 0, inspected.stderr);
    const listed = await run(["skopeo", "list-tags", `docker-archive:${archiveOf(target)}`]);
    assert.equal(JSON.parse(listed.stdout).Tags, [`${machine.address}/${name}`]);
  }
});

test("archive leaves what is unchanged and writes what was touched", async () => {
  const before = await stat(archiveOf("base/1.2.3"));
  assert.equal((await project.run("archive --json")).ran, []);
  const after = await stat(archiveOf("base/1.2.3"));
  assert.equal([after.mtimeMs, after.ino], [before.mtimeMs, before.ino]);
  await utimes(archiveOf("base/1.2.3"), 1, 1);
  assert.equal((await project.run("archive --json")).ran, [`archive base:1.2.3 ${hostPlatform}`]);
  await project.write({ "images/base/hello.txt": "good morning\n" });
  const { ran } = await project.run("archive base:1.2.3 --json");
  assert.equal(ran, [`build base:1.2.3 ${hostPlatform}`, `archive base:1.2.3 ${hostPlatform}`]);
});

test("all writes archives only where the configuration asks for them", async () => {
  await project.run("clean");
  assert.not.ok((await project.run("all --json")).ran.some((id) => id.startsWith("archive ")));
  await configure("archive: true");
  assert.is((await project.run("all --json")).ran.filter((id) => id.startsWith("archive ")).length, 3);
  assert.is((await project.run("plan --exit-code")).code, 0);
  await configure("");
});

test("list --json describes every target", async () => {
  const { targets } = JSON.parse((await project.run("list --json")).stdout);
  const common = { platforms: [hostPlatform] };
  assert.equal(targets, [
    { target: "base:1.2.3", image: "base", tag: "1.2.3", variant: null, ...common, aliases: ["1.2", "1"], parents: [] },
    {
      ...{ target: "base:1.2.3-slim", image: "base", tag: "1.2.3", variant: "slim", ...common },
      ...{ aliases: ["1.2-slim", "1-slim"], parents: ["base:1.2.3"] },
    },
    { target: "none:edge", image: "none", tag: "edge", variant: null, ...common, aliases: [], parents: [] },
  ]);
});

test("plan --json describes every task", async () => {
  const { tasks } = JSON.parse((await project.run("plan base:1.2.3 --json")).stdout);
  const build = `build base:1.2.3 ${hostPlatform}`;
  const cached = { state: "cached", reason: "up to date", differences: [] };
  assert.equal(tasks, [
    { id: "render base:1.2.3", kind: "render", target: "base:1.2.3", platform: null, ...cached, needs: [] },
    { id: build, kind: "build", target: "base:1.2.3", platform: hostPlatform, ...cached, needs: [] },
    { id: "manifest base:1.2.3", kind: "manifest", target: "base:1.2.3", platform: null, ...cached, needs: [build] },
    {
      ...{ id: "push base:1.2.3", kind: "push", target: "base:1.2.3", platform: null, ...cached },
      needs: ["manifest base:1.2.3"],
    },
  ]);
});

test("--json prints one event a line and the summary last", async () => {
  const { stdout, stderr, summary } = await project.run("all --json");
  const lines = stdout.split("\n").map((line) => JSON.parse(line));
  assert.equal([lines[0].type, lines[1].type], ["notice", "run-started"]);
  assert.equal(lines.at(-1), { ...summary, type: "summary", ran: 0, cached: 12, failed: 0, skipped: 0, cancelled: 0 });
  assert.is(stderr, "");
  assert.ok(
    lines.some(({ type, message }) => type === "notice" && /edge/.test(message)),
    stdout,
  );
});

test("graph draws what is built on what", async () => {
  const graph = async (format: string) => (await project.run(`graph --format ${format}`)).stdout;
  assert.match(await graph("tree"), "base:1.2.3-slim");
  assert.match(await graph("dot"), '"base:1.2.3" -> "base:1.2.3-slim"');
  assert.match(await graph("mermaid"), "-->");
  assert.ok(JSON.parse(await graph("json")));
});

test("dist shows what is built", async () => {
  const shown = await readFile(join(project.folder, "dist/base/1.2.3/Dockerfile"), "utf8");
  assert.is(shown, "FROM scratch\nCOPY hello.txt /\n");
});

test("a reader that goes early is no failure", async () => {
  const pipe = ["sh", "-c", '"$@" | true', "sh", ...clone];
  const { stderr } = await project.run("list --json", { program: pipe });
  assert.is(stderr, "");
});
