import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { run } from "../../../infrastructure/process/run.ts";
import { dockerArchive } from "../../../infrastructure/registry/archive.ts";
import type { Uploadable } from "../../../src/ports.ts";
import { suite } from "../../rig/suite.ts";
import { answer, front } from "./front.ts";
import { bytesOf, client, problems, pushImage, pushIndex, pushLayers, repository, sha256 } from "./images.ts";
import { realRegistry } from "./real.ts";

const test = suite("docker archive");

test("dockerArchive() gives a tar that is a Docker archive and an OCI layout, with equal bytes each time", async (t) => {
  const registry = client(t);
  const node = repository(await realRegistry(t), "node");
  const { descriptor } = await pushImage(registry, node, { sizes: [200_000, 10] });
  const archive = () => bytesOf(dockerArchive(registry, node, descriptor.digest, "localhost:5050/node:24"));
  const bytes = await archive();
  assert.equal(await archive(), bytes);
  const file = join(await t.folder(), "image.tar");
  await writeFile(file, bytes);

  const listed = await run(["tar", "--list", "--verbose", "--numeric-owner", "--file", file], {
    env: { ...process.env, TZ: "UTC" } as Record<string, string>,
  });
  const lines = listed.stdout.trim().split("\n");
  assert.is(lines.length, 7);
  assert.ok(
    lines.every((line) => /^-rw-r--r-- 0\/0 .* 1970-01-01 00:00 /.test(line)),
    listed.stdout,
  );

  const layout = await run(["skopeo", "inspect", "--raw", `oci-archive:${file}:24`]);
  assert.is(sha256(layout.stdout), descriptor.digest);
  const docker = await run(["skopeo", "inspect", "--config", `docker-archive:${file}:localhost:5050/node:24`]);
  assert.is(JSON.parse(docker.stdout).architecture, "amd64");
  const copy = await run(["skopeo", "copy", `docker-archive:${file}`, `dir:${await t.folder()}`]);
  assert.is(copy.code, 0, copy.stderr);
});

test("dockerArchive() needs no more memory for a large image", async (t) => {
  const registry = client(t);
  const node = repository(await realRegistry(t), "node");
  const [chunk, count] = [randomBytes(1024 * 1024), 128];
  const hash = createHash("sha256");
  for (let i = 0; i < count; i += 1) hash.update(chunk);
  const layer: Uploadable = {
    digest: `sha256:${hash.digest("hex")}`,
    size: chunk.byteLength * count,
    open: async function* () {
      for (let i = 0; i < count; i += 1) yield chunk;
    },
  };
  const { descriptor } = await pushLayers(registry, node, [layer]);
  const before = process.memoryUsage().arrayBuffers;
  let [size, most] = [0, 0];
  for await (const part of dockerArchive(registry, node, descriptor.digest, "node:24")) {
    size += part.byteLength;
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  assert.ok(size > layer.size);
  assert.ok(most < layer.size / 2, `${most} bytes in buffers`);
});

test("dockerArchive() fails for what does not exist, and for an index", async (t) => {
  const registry = client(t);
  const node = repository(await realRegistry(t), "node");
  const { address } = node.place;
  const none = sha256("none");
  const [missing] = await problems(dockerArchive(registry, node, none, "node:24"));
  assert.is(missing?.message, `Cannot archive ${address}/node@${none}: it does not exist`);
  const { index } = await pushIndex(registry, node, "24", ["amd64"]);
  const [several] = await problems(dockerArchive(registry, node, index.descriptor.digest, "node:24"));
  assert.is(
    several?.message,
    `Cannot archive ${address}/node@${index.descriptor.digest}: it is no image for one platform`,
  );
});

test("dockerArchive() fails when a layer does not have its digest", async (t) => {
  const registry = client(t);
  const behind = await realRegistry(t);
  const { descriptor } = await pushImage(registry, repository(behind, "node"), { sizes: [5000] });
  const { address } = await front(t, behind, (request, response) => {
    if (!request.url?.includes("/blobs/")) return false;
    return answer(response, 200, {}, "something else");
  });
  const [problem] = await problems(dockerArchive(registry, repository(address, "node"), descriptor.digest, "node:24"));
  assert.is(problem?.code, "digest-mismatch");
});
