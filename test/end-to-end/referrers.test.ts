import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { run } from "../../infrastructure/process/run.ts";
import { dockerRegistry, startDockerRegistry } from "../infrastructure/registry/processes.ts";
import { type CliOptions, Machine, type Project } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("attachments");
let machine: Machine;
/** A registry without the referrers API. */
let other: string;
let project: Project;

const index = "application/vnd.oci.image.index.v1+json";
const files = {
  "application/vnd.cyclonedx+json": "sbom.cyclonedx.json",
  "application/spdx+json": "sbom.spdx.json",
} as const;

interface Listed {
  readonly digest: string;
  readonly artifactType: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Asks as anybody with curl could. */
async function get(url: string, accept = index): Promise<{ readonly status: number; readonly body: Buffer }> {
  const reply = await fetch(`http://${url}`, { headers: { accept } });
  return { status: reply.status, body: Buffer.from(await reply.arrayBuffer()) };
}

async function manifestsAt(url: string): Promise<readonly Listed[]> {
  const { status, body } = await get(url);
  assert.is(status, 200, body.toString());
  return JSON.parse(body.toString()).manifests;
}

/** The one layer of an artifact, read by skopeo and by hand. */
async function fileOf(repository: string, { digest, artifactType }: Listed): Promise<Buffer> {
  const { stdout, stderr } = await run([
    "skopeo",
    "inspect",
    "--tls-verify=false",
    "--raw",
    `docker://${repository}@${digest}`,
  ]);
  assert.is(stderr, "");
  const { layers } = JSON.parse(stdout);
  assert.equal([layers.length, layers[0].mediaType], [1, artifactType]);
  const [host, name] = repository.split(/\/(.*)/);
  return (await get(`${host}/v2/${name}/blobs/${layers[0].digest}`)).body;
}

async function all(options?: CliOptions): Promise<readonly string[]> {
  const { code, stdout, stderr, ran } = await project.run("all --json", options);
  assert.is(code, 0, stdout + stderr);
  return ran;
}

async function imageDigest(): Promise<string> {
  const [image] = await manifestsAt(`${machine.address}/v2/tool/manifests/1.2.3`);
  return image?.digest ?? "";
}

/** What each registry lists for the image, in its own way. */
async function lists(): Promise<Readonly<Record<string, readonly Listed[]>>> {
  const digest = await imageDigest();
  return {
    [`${machine.address}/tool`]: await manifestsAt(`${machine.address}/v2/tool/referrers/${digest}`),
    [`${other}/team/tool`]: await manifestsAt(`${other}/v2/team/tool/manifests/${digest.replace(":", "-")}`),
  };
}

function register(): void {
  test.before(async (t) => {
    machine = t.use(await Machine.create());
    other = t.use(await startDockerRegistry(await t.folder())).address;
    project = await machine.project({
      "images/tool/Dockerfile": "FROM scratch\nCOPY hello.txt /\n",
      "images/tool/hello.txt": "hello\n",
      "images/tool/test.yml":
        "schemaVersion: 2.0.0\nfileExistenceTests:\n  - name: hello is there\n    path: /hello.txt\n    shouldExist: true\n",
    });
    const places = `publish: [hosted({ port: ${machine.port} }), oci("${other}/team")]`;
    await project.configure(`const tool = image("tool", { tags: { "1.2.3": {} }, ${places} });`, "tool");
    await all();
  });

  test("SBOMs in both registries are the files in dist, byte by byte", async () => {
    for (const [repository, listed] of Object.entries(await lists())) {
      assert.is(listed.length, 3);
      for (const [type, name] of Object.entries(files)) {
        const found = listed.find(({ artifactType }) => artifactType === type);
        assert.ok(found, `${type} in ${repository}`);
        assert.equal(await fileOf(repository, found), await readFile(join(project.folder, "dist/tool/1.2.3", name)));
      }
    }
  });

  test("test results in both registries are statements about the image", async () => {
    for (const [repository, listed] of Object.entries(await lists())) {
      const found = listed.find(({ artifactType }) => artifactType === "application/vnd.in-toto+json");
      assert.equal(found?.annotations, {
        "in-toto.io/predicate-type": "https://in-toto.io/attestation/test-result/v0.1",
      });
      const { subject, predicate } = JSON.parse((await fileOf(repository, found as Listed)).toString());
      assert.equal(subject, [{ name: "tool", digest: { sha256: (await imageDigest()).slice("sha256:".length) } }]);
      assert.is(predicate.result, "PASSED");
      assert.equal(predicate.passedTests, ["test.yml fileExistenceTests[0]: hello is there"]);
    }
  });

  test("both registries list equal digests, and the index holds platforms only", async () => {
    const [ours, theirs] = Object.values(await lists()).map((listed) => listed.map(({ digest }) => digest).sort());
    assert.equal(ours, theirs);
    const platforms = await manifestsAt(`${machine.address}/v2/tool/manifests/1.2.3`);
    assert.is(platforms.length, 1);
  });

  test("a second run does nothing", async () => {
    assert.equal(await all(), []);
  });

  test("a machine that makes everything anew has nothing to attach", async () => {
    const before = await lists();
    const ran = await all({ env: machine.home("elsewhere") });
    assert.equal([ran.includes("sbom tool:1.2.3 linux/amd64"), ran.includes("push tool:1.2.3")], [true, false]);
    assert.equal(await lists(), before);
  });

  test("an artifact that was removed is attached again", async () => {
    const before = await lists();
    const sbom = before[`${machine.address}/tool`]?.find(({ artifactType }) => artifactType in files);
    const url = `http://${machine.address}/v2/tool/manifests/${sbom?.digest}`;
    assert.is((await fetch(url, { method: "DELETE" })).status, 202);
    const { stdout } = await project.run("plan");
    assert.match(stdout, /^run +push +tool:1\.2\.3 +SBOM of linux\/amd64 not attached$/m);
    assert.equal(await all(), ["push tool:1.2.3"]);
    assert.equal(await lists(), before);
    assert.equal(await all(), []);
  });
}

if (spawnSync(dockerRegistry, ["--version"]).status === 0) register();
else test.skip("attachments on two registries", `${dockerRegistry} is not installed`);
