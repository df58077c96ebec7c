import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { runtimeCommand } from "../../../../infrastructure/process/runtime.ts";
import { suite } from "../../../rig/suite.ts";
import { expect, location } from "../conformance/expect.ts";
import { createRepository, type Repository, withQuery } from "../conformance/repository.ts";
import { startEmbedded, startProcess } from "../processes.ts";

const test = suite("registry under load");

const mebibyte = 1024 * 1024;
const block = Buffer.alloc(mebibyte, "0123456789");

/** Pushes this many MiB without ever having them in memory; gives the digest. */
async function pushLong({ begin, ask }: Repository, length: number, mark: string): Promise<string> {
  const blocks = function* () {
    yield Buffer.from(mark);
    for (let i = 0; i < length; i++) yield block;
  };
  const hash = createHash("sha256");
  for (const each of blocks()) hash.update(each);
  const digest = `sha256:${hash.digest("hex")}`;
  const body = (async function* () {
    yield* blocks();
  })();
  const patched = await ask("PATCH", await begin(), { body });
  expect(await ask("PUT", withQuery(location(patched), { digest })), 201);
  return digest;
}

/** The digest of what the registry gives, read as it comes. */
async function digestAt(url: string): Promise<string> {
  const hash = createHash("sha256");
  await new Promise<void>((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      response.on("data", (chunk: Buffer) => hash.update(chunk));
      response.once("end", resolve).once("error", reject);
    }).once("error", reject);
  });
  return `sha256:${hash.digest("hex")}`;
}

test("four blobs of 64 MiB at once, up and down, take less than 150 MiB of memory", async (t) => {
  const registry = t.use(await startEmbedded(await t.folder()));
  const repository = createRepository(registry.url, "team/image");
  const digests = await Promise.all(["a", "b", "c", "d"].map((mark) => pushLong(repository, 64, mark)));
  const found = digests.map((digest) => digestAt(`${registry.url}/v2/team/image/blobs/${digest}`));
  assert.equal(await Promise.all(found), digests);
  const [, peak] = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${registry.pid}/status`, "utf8")) ?? [];
  assert.ok(Number(peak) < 150 * 1024, `${peak} kB`);
});

const main = new URL("../../../../infrastructure/registry/server/main.ts", import.meta.url);

if (spawnSync("unshare", ["--mount", "true"]).status === 0) {
  test("a full disk is told, and costs nothing that was there", async (t) => {
    const folder = await t.folder();
    // A file system of 4 MiB that only the registry's process sees.
    const mount = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o size=4m tmpfs "$0" && exec "$@"', folder];
    const command = [...mount, ...runtimeCommand(main), "--folder", folder, "--address", "127.0.0.1:0"];
    const registry = t.use(await startProcess(command));
    const { push, ask, begin } = createRepository(registry.url, "team/image");
    const { digest } = await push(block);
    const place = withQuery(await begin(), { digest: `sha256:${"0".repeat(64)}` });
    const refused = await ask("PUT", place, { body: Buffer.alloc(8 * mebibyte) });
    expect(refused, 507);
    assert.match(refused.body.toString(), "No space left in the registry");
    const inside = join(`/proc/${registry.pid}/root`, folder);
    assert.equal(globSync("uploads/*", { cwd: inside }), []);
    assert.ok((await ask("GET", `blobs/${digest}`)).body.equals(block));
    await push(block.subarray(1));
  });
} else test.skip("a full disk is told, and costs nothing that was there", "a small one cannot be mounted here");
