import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { globSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as assert from "uvu/assert";
import { run } from "../../../../infrastructure/process/run.ts";
import { runtimeCommand } from "../../../../infrastructure/process/runtime.ts";
import { suite } from "../../../rig/suite.ts";
import { expect } from "../conformance/expect.ts";
import { createRepository, digestOf, withQuery } from "../conformance/repository.ts";
import { writeLayout } from "../layout.ts";
import { startEmbedded } from "../processes.ts";
import { skopeoCopy } from "../skopeo.ts";

const test = suite("registry process");

const command = runtimeCommand(new URL("../../../../infrastructure/registry/server/main.ts", import.meta.url));

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`main.ts says where it listens, and ends with 0 at ${signal}, connections or not`, async (t) => {
    const registry = t.use(await startEmbedded(await t.folder()));
    assert.match(registry.address, /^127\.0\.0\.1:\d+$/);
    // It leaves a connection open, for the next request.
    expect(await createRepository(registry.url, "a").ask("GET", "/v2/"), 200);
    process.kill(registry.pid, signal);
    assert.equal(await registry.ended, { code: 0, signal: null });
    assert.equal(registry.output, [`listening on ${registry.address}`]);
  });
}

test("main.ts tells its usage when an argument is missing", async () => {
  const { code, stderr } = await run([...command, "--folder", "nowhere"]);
  assert.equal([code, stderr], [2, "Usage: main.ts --folder DIR --address HOST:PORT\n"]);
});

test("main.ts fails when its port is taken", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.use({ [Symbol.dispose]: () => void server.close() });
  const { port } = server.address() as AddressInfo;
  const { code, stderr } = await run([...command, "--folder", await t.folder(), "--address", `127.0.0.1:${port}`]);
  assert.equal(code, 1);
  assert.match(stderr, "EADDRINUSE");
});

test("skopeo pulls what it pushed", async (t) => {
  const registry = t.use(await startEmbedded(await t.folder()));
  const [layout, pulled] = [await t.folder(), join(await t.folder(), "pulled")];
  const digest = await writeLayout(layout, [3, 2, 1]);
  const name = `docker://${registry.address}/team/image`;
  await skopeoCopy(`oci:${layout}:test`, `${name}:1.0`);
  await skopeoCopy(`${name}:1.0`, `${name}-copy:1.0`);
  await skopeoCopy(`${name}-copy@${digest}`, `dir:${pulled}`);
  assert.equal(digestOf(await readFile(join(pulled, "manifest.json"))), digest);
});

test("a registry that was killed has what it took, and takes again what was under way", async (t) => {
  const folder = await t.folder();
  const first = t.use(await startEmbedded(folder));
  const taken = await Promise.all([1, 2, 3].map(() => createRepository(first.url, "a").push(randomBytes(500_000))));
  const late = [1, 2, 3].map(() => randomBytes(500_000));
  const pushing = late.map(async (blob) => {
    const { begin, ask } = createRepository(first.url, "a");
    const body = halfOf(blob, first.ended);
    await ask("PUT", withQuery(await begin(), { digest: digestOf(blob) }), { body });
  });
  const arrived = () => globSync("uploads/*", { cwd: folder }).map((file) => statSync(join(folder, file)).size);
  while (arrived().filter((size) => size === 250_000).length < late.length) await wait(10);
  process.kill(first.pid, "SIGKILL");
  await Promise.allSettled(pushing);
  const { push, ask } = createRepository(t.use(await startEmbedded(folder)).url, "a");
  for (const { digest } of taken) assert.equal(digestOf((await ask("GET", `blobs/${digest}`)).body), digest);
  for (const blob of late) expect(await ask("HEAD", `blobs/${digestOf(blob)}`), 404);
  for (const blob of late) expect(await ask("HEAD", `blobs/${(await push(blob)).digest}`), 200);
});

/** The first half, and nothing more until the registry has ended. */
async function* halfOf(blob: Buffer, ended: Promise<unknown>): AsyncGenerator<Uint8Array> {
  yield blob.subarray(0, blob.length / 2);
  await ended;
}
