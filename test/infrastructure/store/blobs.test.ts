import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createDist } from "../../../infrastructure/files/dist.ts";
import { createBlobs } from "../../../infrastructure/store/blobs.ts";
import type { Problem } from "../../../src/problem.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { bytesOf, client, problems, repository } from "../registry/images.ts";
import { realRegistry } from "../registry/real.ts";

const test = suite("blobs");

/** A store with one blob, larger than what is read at once. */
async function stored(t: Context) {
  const folder = await t.folder();
  const content = Buffer.alloc(3_000_000, "content");
  await writeFile(join(folder, "new"), content);
  const blobs = createBlobs(folder);
  const blob = await blobs.adopt(join(folder, "new"));
  const file = join(folder, "blobs", blob.sha256.slice(0, 2), blob.sha256.slice(2));
  /** Changes its last byte. */
  const damage = () => writeFile(file, Buffer.concat([content.subarray(1), Buffer.of(0)]));
  return { blobs, blob, content, folder, damage };
}

function lost(how: string, sha256: string): Problem {
  const message = `The file ${sha256.slice(0, 12)}… ${how}`;
  return { code: "blob-lost", kind: "task", message, fix: "Run the command again: it is made anew" };
}

test("adopt() takes the file away and open() gives its bytes", async (t) => {
  const { blobs, blob, content, folder } = await stored(t);
  assert.equal(await readdir(folder), ["blobs"]);
  assert.equal([await blobs.has(blob), blob.size], [true, content.length]);
  assert.ok(content.equals(await bytesOf(blobs.open(blob))));
});

test("open() says that a blob is no longer there", async (t) => {
  const { blobs, blob } = await stored(t);
  const other = { ...blob, sha256: "0".repeat(64) };
  assert.equal(await problems(blobs.open(other)), [lost("is no longer in the store", other.sha256)]);
});

test("open() throws at the end of a damaged blob, which is then gone", async (t) => {
  const { blobs, blob, damage } = await stored(t);
  await damage();
  assert.ok(await blobs.has(blob), "its size is right");
  assert.equal(await problems(blobs.open(blob)), [lost("was damaged in the store", blob.sha256)]);
  assert.not(await blobs.has(blob));
});

test("a damaged blob does not get to dist", async (t) => {
  const { blobs, blob, damage } = await stored(t);
  await damage();
  const folder = await t.folder();
  const dist = createDist({ folder, project: folder });
  const [problem] = await problems(dist.writeStream("sbom.json", blob.sha256, blobs.open(blob)));
  assert.equal([problem?.code, await readdir(folder)], ["blob-lost", []]);
});

test("a damaged blob does not get to a registry", async (t) => {
  const { blobs, blob, damage } = await stored(t);
  await damage();
  const [registry, to] = [client(t), repository(await realRegistry(t), "node")];
  const digest = `sha256:${blob.sha256}` as const;
  const [problem] = await problems(registry.putBlob(to, { digest, size: blob.size, open: () => blobs.open(blob) }));
  assert.is(problem?.code, "blob-lost");
  const [absent] = await problems(registry.blob(to, digest));
  assert.match(absent?.message ?? "", /status 404/);
});
