import { createHash, randomBytes } from "node:crypto";
import * as assert from "uvu/assert";
import type { Digest } from "../../../../src/entry.ts";
import { suite } from "../../../rig/suite.ts";
import { front } from "../front.ts";
import {
  artifactOn,
  blobOf,
  bytesOf,
  client,
  document,
  empty,
  problems,
  pushImage,
  pushIndex,
  repository,
  sha256,
} from "../images.ts";
import { realRegistry } from "../real.ts";

const test = suite("registry client");

test("head() gives undefined for a missing tag and a missing repository", async (t) => {
  const registry = client(t);
  const node = repository(await realRegistry(t), "team/node");
  assert.is(await registry.head(node, "24"), undefined);
  await pushImage(registry, node);
  assert.is(await registry.head(node, "24"), undefined);
});

test("head() and manifest() give what putManifest() stored", async (t) => {
  const registry = client(t);
  const node = repository(await realRegistry(t), "node");
  const { index } = await pushIndex(registry, node, "24", ["amd64", "arm64"]);
  assert.equal(await registry.head(node, "24"), index.descriptor);
  assert.equal(await registry.head(node, index.descriptor.digest), index.descriptor);
  const read = await registry.manifest(node, "24");
  assert.equal(read?.descriptor, index.descriptor);
  assert.equal(Buffer.from(read?.body ?? []), Buffer.from(index.body));
});

test("putBlob() stores bytes that blob() gives, and sends nothing that is there", async (t) => {
  const registry = client(t);
  const { address, seen } = await front(t, await realRegistry(t), () => false);
  const node = repository(address, "node");
  const blob = blobOf(randomBytes(3_000_000));
  await registry.putBlob(node, blob);
  assert.equal(await bytesOf(registry.blob(node, blob.digest)), blob.body);
  const requests = seen.length;
  await registry.putBlob(node, blob);
  assert.equal(seen.slice(requests), [`HEAD /v2/node/blobs/${blob.digest}`]);
});

test("putBlob() stores an empty blob", async (t) => {
  const registry = client(t);
  const node = repository(await realRegistry(t), "node");
  const blob = blobOf(new Uint8Array());
  await registry.putBlob(node, blob);
  assert.is((await bytesOf(registry.blob(node, blob.digest))).byteLength, 0);
});

test("every call takes digests of sha512", async (t) => {
  const registry = client(t);
  const node = repository(await realRegistry(t), "node");
  const { body, open, size } = blobOf(randomBytes(100_000));
  const blob = { digest: sha512(body), size, open };
  await registry.putBlob(node, blob);
  assert.equal(await bytesOf(registry.blob(node, blob.digest)), body);
  const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: blob.digest, size };
  const made = document("application/vnd.oci.image.manifest.v1+json", { config, layers: [] });
  const descriptor = { ...made.descriptor, digest: sha512(made.body) };
  await registry.putManifest(node, descriptor.digest, { ...made, descriptor });
  assert.equal((await registry.manifest(node, descriptor.digest))?.descriptor, descriptor);
});

function sha512(body: Uint8Array): Digest {
  return `sha512:${createHash("sha512").update(body).digest("hex")}`;
}

test("copy() mounts blobs within a registry, and writes manifests last", async (t) => {
  const registry = client(t);
  const { address, seen } = await front(t, await realRegistry(t), () => false);
  const from = repository(address, "node");
  const to = repository(address, "released/node");
  const { index, images } = await pushIndex(registry, from, "24", ["amd64", "arm64"]);
  const before = seen.length;
  await registry.copy(from, to, index.descriptor.digest);
  const requests = seen.slice(before);
  assert.is(requests.filter((line) => line.includes("mount=")).length, 4);
  assert.is(requests.filter((line) => line.startsWith("PUT") && line.includes("/blobs/")).length, 0);
  const written = requests.filter((line) => line.startsWith("PUT")).map((line) => line.split("/").at(-1));
  assert.equal(new Set(written.slice(0, 2)), new Set(images.map(({ descriptor }) => descriptor.digest)));
  assert.is(written[2], index.descriptor.digest);
});

test("copy() streams between two registries, and copies nothing twice", async (t) => {
  const registry = client(t);
  const from = repository(await realRegistry(t), "node");
  const { address, seen } = await front(t, await realRegistry(t), () => false);
  const to = repository(address, "node");
  const { index } = await pushIndex(registry, from, "24", ["amd64", "arm64"]);
  await registry.copy(from, to, index.descriptor.digest);
  assert.equal(await registry.head(to, index.descriptor.digest), index.descriptor);
  const before = seen.length;
  await registry.copy(from, to, index.descriptor.digest);
  assert.equal(seen.slice(before), [`HEAD /v2/node/manifests/${index.descriptor.digest}`]);
});

test("copy() mounts between the repositories of the other registry what it brought there before", async (t) => {
  const registry = client(t);
  const behind = await realRegistry(t);
  const { address, seen } = await front(t, await realRegistry(t), () => false);
  const { descriptor } = await pushImage(registry, repository(behind, "base"));
  await registry.copy(repository(behind, "base"), repository(address, "base"), descriptor.digest);
  await registry.copy(repository(behind, "base"), repository(address, "node"), descriptor.digest);
  assert.is(seen.filter((line) => /^POST .*mount=.*from=base/.test(line)).length, 2);
  assert.is(seen.filter((line) => /^PUT .*node\/blobs/.test(line)).length, 0);
});

test("copy() leaves what refers to an image where it is", async (t) => {
  const registry = client(t);
  const address = await realRegistry(t);
  const [from, to] = [repository(address, "node"), repository(address, "released/node")];
  const { index, images } = await pushIndex(registry, from, "24", ["amd64"]);
  const subject = images[0]?.descriptor ?? index.descriptor;
  await registry.putBlob(from, empty);
  const artifact = artifactOn(subject, "sbom");
  await registry.attach(from, subject.digest, artifact);
  await registry.copy(from, to, index.descriptor.digest);
  assert.equal(await registry.referrers(to, subject.digest), []);
  assert.is(await registry.head(to, artifact.descriptor.digest), undefined);
});

test("copy() says so when there is nothing to copy", async (t) => {
  const address = await realRegistry(t);
  const digest = sha256("nothing");
  const copying = client(t).copy(repository(address, "a"), repository(address, "b"), digest);
  assert.equal(await problems(copying), [
    {
      code: "manifest-unknown",
      kind: "task",
      message: `Cannot copy ${address}/a@${digest} to ${address}/b: it does not exist`,
    },
  ]);
});

test("putManifest() gives the registry's own words when it refuses", async (t) => {
  const address = await realRegistry(t);
  const lacking = document("application/vnd.oci.image.manifest.v1+json", {
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: sha256("a"), size: 1 },
    layers: [],
  });
  const found = await problems(client(t).putManifest(repository(address, "node"), "24", lacking));
  assert.is(found[0]?.code, "registry-failed");
  assert.is(found[0]?.message, `Cannot write ${address}/node:24: the registry answered with status 404`);
  assert.match(found[0]?.found ?? "", /^MANIFEST_BLOB_UNKNOWN: /);
});

test("blob() ends with an error for a blob that does not exist", async (t) => {
  const address = await realRegistry(t);
  const digest = sha256("nothing");
  const [problem] = await problems(client(t).blob(repository(address, "node"), digest));
  assert.is(problem?.message, `Cannot read ${address}/node@${digest}: the registry answered with status 404`);
});

test(
  "every call stops when its signal is aborted",
  async (t) => {
    const { address } = await front(t, await realRegistry(t), () => true);
    const stop = new AbortController();
    const asked = client(t).head(repository(address, "node"), "24", stop.signal);
    setTimeout(() => stop.abort(new Error("enough")), 50);
    await asked.then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.message, "enough"),
    );
  },
  { timeout: 3000 },
);
