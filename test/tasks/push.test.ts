import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createBlobs } from "../../infrastructure/store/blobs.ts";
import { planTasks, type Task } from "../../src/graph/plan.ts";
import type { Blobs, Inventory, Manifest, Ports, Registry, Repository } from "../../src/ports.ts";
import { opened } from "../../src/run/judge.ts";
import { type PushOutput, push } from "../../tasks/push.ts";
import { type Front, front } from "../infrastructure/registry/front.ts";
import { bytesOf, client, pushIndex, repository } from "../infrastructure/registry/images.ts";
import { realRegistry } from "../infrastructure/registry/real.ts";
import { project, target } from "../rig/project.ts";
import { type Context, suite } from "../rig/suite.ts";

const test = suite("push");

const both = ["linux/amd64", "linux/arm64"] as const;
const quiet = { fileExistenceTests: [], commandTests: [], fileContentTests: [], licenseTests: [], globalEnvVars: [] };
const containerRunOptions = {
  ...{
    user: null,
    privileged: false,
    allocateTty: false,
    envFile: null,
    envVars: [],
    capabilities: [],
    bindMounts: [],
  },
};
const testFile = {
  ...quiet,
  containerRunOptions,
  metadataTest: null,
  name: "test.yml",
  text: "",
  source: null,
  lines: {},
};
const results = [
  { file: "test.yml", at: "commandTests[0]", name: "node runs", errors: [], stdout: "", stderr: "", duration: 3 },
];

interface Scene {
  readonly registry: Registry;
  readonly front: Front;
  readonly home: Repository;
  readonly released: Repository;
  readonly images: readonly Manifest[];
  compare(): Promise<unknown>;
  run(): Promise<PushOutput>;
}

/** An image for two platforms in a registry, tested and listed, and a push of it to two places. */
async function scene(t: Context, changes: { readonly tests?: false; readonly sbom?: false } = {}): Promise<Scene> {
  const behind = await front(t, await realRegistry(t), () => false);
  const place = (prefix: string) => ({ address: behind.address, builderAddress: "", prefix, named: true });
  const [home, released] = [place(""), place("released/")];
  const registry = client(t);
  const blobs = createBlobs(await t.folder());
  const { index, images } = await pushIndex(registry, repository(behind.address, "node"), "latest", ["amd64", "arm64"]);
  const platforms = images.map(({ descriptor }, i) => ({ ...descriptor, platform: both[i] }));
  const given = {
    index: [{ digest: index.descriptor.digest, repository: "node", platforms }],
    tests: changes.tests === false ? [] : both.map(() => ({ results })),
    sboms: changes.sbom === false ? [] : await Promise.all(both.map((platform) => inventory(t, blobs, platform))),
  };
  const task = pushOf(
    target("node:24", {
      platforms: both,
      publish: [home, released],
      tests: changes.tests === false ? [] : [testFile],
      sbom: changes.sbom !== false,
    }),
  );
  const policy = { allowDowngrade: false, takeOver: true };
  const ports = { registry, blobs, home, policy } as unknown as Ports;
  return {
    ...{ registry, front: behind, images },
    home: repository(behind.address, "node"),
    released: repository(behind.address, "released/node"),
    compare: async () => opened(task).compare?.(task.spec, given, ports, t.signal),
    run: async () => (await opened(task).run(task.spec, given, ports, t.signal)) as unknown as PushOutput,
  };
}

function pushOf(pushed: ReturnType<typeof target>): Task {
  const graph = planTasks(project([pushed]), { kinds: [push], targets: [pushed], platforms: null });
  return graph.getNodeAttribute(`push ${pushed.id}`, "task");
}

async function inventory(t: Context, blobs: Blobs, platform: string): Promise<Inventory> {
  const folder = await t.folder();
  const keep = async (name: string) => {
    await writeFile(join(folder, name), `${name} of ${platform}`);
    return await blobs.adopt(join(folder, name));
  };
  return { cyclonedx: await keep("cyclonedx"), spdx: await keep("spdx"), packages: 1 };
}

const types = ["application/spdx+json", "application/vnd.cyclonedx+json", "application/vnd.in-toto+json"];

async function typesOf({ registry }: Scene, at: Repository, { descriptor }: Manifest): Promise<readonly string[]> {
  const found = await registry.referrers(at, descriptor.digest);
  return found.map(({ artifactType }) => artifactType ?? "").sort();
}

test("push attaches SBOMs and test results to each platform, at every place, before it moves a tag", async (t) => {
  const it = await scene(t);
  const before = it.front.seen.length;
  assert.is((await it.run()).attached, 12);
  for (const at of [it.home, it.released]) {
    for (const image of it.images) assert.equal(await typesOf(it, at, image), types);
  }
  const written = it.front.seen.slice(before).filter((line) => /^PUT .*\/manifests\//.test(line));
  assert.ok(
    written.slice(0, -2).every((line) => line.includes("/sha256:")),
    written.join("\n"),
  );
  assert.equal(written.slice(-2).sort(), ["PUT /v2/node/manifests/24", "PUT /v2/released/node/manifests/24"]);
});

test("push attaches the documents byte by byte", async (t) => {
  const it = await scene(t);
  await it.run();
  const [image] = it.images;
  const found = await it.registry.referrers(it.released, image?.descriptor.digest ?? "sha256:");
  const spdx = found.find(({ artifactType }) => artifactType === "application/spdx+json");
  const artifact = await it.registry.manifest(it.released, spdx?.digest ?? "");
  const { layers } = JSON.parse(Buffer.from(artifact?.body ?? "").toString());
  assert.is((await bytesOf(it.registry.blob(it.released, layers[0].digest))).toString(), "spdx of linux/amd64");
});

test("push has nothing to do when all is attached, and asks once for each platform and place", async (t) => {
  const it = await scene(t);
  await it.run();
  const before = it.front.seen.length;
  const compared = (await it.compare()) as { equal: boolean; output: PushOutput };
  assert.is(compared.equal, true);
  assert.is(compared.output.attached, 0);
  const asked = it.front.seen.slice(before).map((line) => line.replace(/sha256:\w+/, "D"));
  assert.equal(asked.sort(), [
    "GET /v2/node/referrers/D",
    "GET /v2/node/referrers/D",
    "GET /v2/released/node/referrers/D",
    "GET /v2/released/node/referrers/D",
    "HEAD /v2/node/manifests/24",
    "HEAD /v2/released/node/manifests/24",
  ]);
});

test("push attaches again what was removed, and nothing else", async (t) => {
  const it = await scene(t);
  await it.run();
  const [image] = it.images;
  const found = await it.registry.referrers(it.home, image?.descriptor.digest ?? "sha256:");
  for (const { digest, artifactType } of found) {
    if (artifactType === "application/spdx+json") continue;
    const gone = await fetch(`http://${it.front.address}/v2/node/manifests/${digest}`, { method: "DELETE" });
    assert.is(gone.status, 202);
  }
  assert.equal(await it.compare(), {
    equal: false,
    reason: "SBOM of linux/amd64, test result of linux/amd64 not attached",
  });
  const before = it.front.seen.length;
  const { attached, tags } = await it.run();
  assert.equal([attached, tags.filter(({ moved }) => moved)], [2, []]);
  assert.is(it.front.seen.slice(before).filter((line) => line.startsWith("PUT")).length, 2);
  assert.is(((await it.compare()) as { equal: boolean }).equal, true);
});

test("push asks for no referrers of images without tests and SBOMs", async (t) => {
  const it = await scene(t, { tests: false, sbom: false });
  assert.is((await it.run()).attached, 0);
  await it.compare();
  assert.equal(
    it.front.seen.filter((line) => line.includes("/referrers/")),
    [],
  );
});

test("push attaches what there is of tests and SBOMs", async (t) => {
  const tested = await scene(t, { sbom: false });
  assert.is((await tested.run()).attached, 4);
  const listed = await scene(t, { tests: false });
  assert.is((await listed.run()).attached, 8);
});
