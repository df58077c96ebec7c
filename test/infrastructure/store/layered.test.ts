import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { call } from "../../../infrastructure/garage/admin.ts";
import { createBlobs } from "../../../infrastructure/store/blobs.ts";
import { createDiskStore } from "../../../infrastructure/store/disk.ts";
import { type Layered, type LayeredSettings, layer } from "../../../infrastructure/store/layered.ts";
import { openS3 } from "../../../infrastructure/store/s3/remote.ts";
import type { Blob } from "../../../src/entry.ts";
import type { SharedCache } from "../../../src/model/cache.ts";
import { startGarage, type TestGarage } from "../../rig/garage.ts";
import { proxyTo } from "../../rig/proxy.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { bucketOf } from "./bucket.ts";
import { conforms, type Subject, type View } from "./conformance.ts";
import { entryOf } from "./entries.ts";

const test = suite("layered store");

let garage: TestGarage;
test.before(async (t) => {
  garage = await startGarage(t);
});

interface Machine extends Layered {
  readonly folder: string;
  readonly local: Pick<Layered, "blobs">;
  /** How often the remote store was opened, and what was said. */
  readonly told: { opened: number; newer: number; readonly warnings: string[]; readonly notices: string[] };
  /** Keeps bytes as a blob. */
  keep(bytes: Uint8Array): Promise<Blob>;
}

/** A machine with an empty disk. */
async function machine(t: Context, place: SharedCache, changes: Partial<LayeredSettings> = {}): Promise<Machine> {
  const folder = await t.folder();
  const told: Machine["told"] = { opened: 0, newer: 0, warnings: [], notices: [] };
  const newer = () => {
    told.newer += 1;
  };
  const local = { store: createDiskStore(folder, newer), blobs: createBlobs(folder) };
  const layered = layer({
    ...local,
    open: () => {
      told.opened += 1;
      return openS3(place, garage.variables, newer);
    },
    title: "Garage",
    write: true,
    keep: true,
    scratch: join(folder, "tmp"),
    now: () => performance.now(),
    warn: (message) => told.warnings.push(message),
    notice: (message) => told.notices.push(message),
    signal: t.signal,
    ...changes,
  });
  t.use(layered);
  const keep = async (bytes: Uint8Array) => {
    const file = join(folder, "file");
    await writeFile(file, bytes);
    return await layered.blobs.adopt(file);
  };
  return { ...layered, folder, local, told, keep };
}

async function subject(t: Context): Promise<Subject> {
  const { place, read, write } = bucketOf(garage);
  const view = async (): Promise<View> => {
    const { store, blobs, folder, told } = await machine(t, place);
    const send = async (entry: Parameters<typeof store.put>[0]) => {
      await store.put(entry);
      await store.settle();
    };
    return {
      get: async (key) => (await store.get(key))?.entry,
      put: send,
      keep: async (file) => {
        const blob = await blobs.adopt(file);
        await send(entryOf(blob.sha256, { blobs: [blob] }));
        return blob;
      },
      has: blobs.has,
      fetch: blobs.path,
      folder: async () => folder,
      newer: () => told.newer,
    };
  };
  return { view, read, write };
}

conforms(test, subject);

async function fill(t: Context, place: SharedCache, bytes: Uint8Array = randomBytes(1000)): Promise<Blob> {
  const one = await machine(t, place);
  const blob = await one.keep(bytes);
  await one.store.put(entryOf("a", { blobs: [blob] }));
  await one.store.settle();
  return blob;
}

test("get() gives an entry from s3 once, then from the disk; what is on the disk opens no connection", async (t) => {
  const { place } = bucketOf(garage);
  await fill(t, place);
  const two = await machine(t, place);
  const { key } = entryOf("a");
  assert.is((await two.store.get(key))?.store, "s3");
  assert.is((await two.store.get(key))?.store, "disk");
  assert.is(two.told.opened, 1);
  const again = layer({
    ...two.local,
    store: createDiskStore(two.folder),
    open: () => Promise.reject(new Error("Opened")),
    ...{ title: "Garage", write: true, keep: true, scratch: join(two.folder, "tmp"), now: Date.now, signal: t.signal },
    ...{ warn: assert.unreachable, notice: assert.unreachable },
  });
  assert.is((await again.store.get(key))?.store, "disk");
});

test("get() keeps nothing when it may not, and goes on when it cannot", async (t) => {
  const { place } = bucketOf(garage);
  await fill(t, place);
  const dry = await machine(t, place, { keep: false });
  const { key } = entryOf("a");
  assert.is((await dry.store.get(key))?.store, "s3");
  assert.is((await dry.store.get(key))?.store, "s3");
  const unwritable = { ...createDiskStore(await t.folder()), put: () => Promise.reject(new Error("No room")) };
  const full = await machine(t, place, { store: unwritable });
  assert.is((await full.store.get(key))?.store, "s3");
});

test("blobs are known without being fetched, fetched when needed, and once for all who ask", async (t) => {
  const { place } = bucketOf(garage);
  const bytes = randomBytes(3_000_000);
  const blob = await fill(t, place, bytes);
  const proxy = await proxyTo(t, place.endpoint ?? "");
  const two = await machine(t, { ...place, endpoint: proxy.address });
  assert.is(await two.blobs.has(blob), true);
  assert.is(await two.local.blobs.has(blob), false);
  const paths = await Promise.all([1, 2, 3].map(() => two.blobs.path(blob)));
  assert.is(new Set(paths).size, 1);
  assert.is(proxy.connections(), 1);
  const read = Buffer.concat(await Array.fromAsync(two.blobs.open(blob)));
  assert.is(read.compare(bytes), 0);
});

test("put() sends a blob that is there a second time only when its bytes were found wrong", async (t) => {
  const { place, read, write } = bucketOf(garage);
  const bytes = randomBytes(1000);
  const blob = await fill(t, place, bytes);
  const other = randomBytes(1000);
  await write(blob, other);
  const two = await machine(t, place);
  await two.keep(bytes);
  await two.store.put(entryOf("b", { blobs: [blob] }));
  await two.store.settle();
  assert.is((await read(blob)).compare(other), 0);
  const three = await machine(t, place);
  assert.is(await three.blobs.path(blob), undefined);
  await three.keep(bytes);
  await three.store.put(entryOf("c", { blobs: [blob] }));
  await three.store.settle();
  assert.is((await read(blob)).compare(bytes), 0);
});

test("put() sends no entry whose blob cannot be sent, and nothing when it may not", async (t) => {
  const { place } = bucketOf(garage);
  const one = await machine(t, place);
  await one.store.put(entryOf("a", { blobs: [{ sha256: "0".repeat(64), size: 1 }] }));
  await one.store.settle();
  const quiet = await machine(t, place, { write: false });
  await quiet.store.put(entryOf("b"));
  await quiet.store.settle();
  const two = await machine(t, place);
  for (const name of ["a", "b"]) assert.is(await two.store.get(entryOf(name).key), undefined);
  assert.equal(two.told.warnings, []);
});

/** Gives a Garage's bucket a limit, and its key what it may do. */
async function restrict(t: Context, own: TestGarage, changes: { quota?: number; write?: boolean }): Promise<void> {
  const { admin, bucket } = own.place;
  const { GARAGE_ADMIN_TOKEN: token = "", GARAGE_ACCESS_KEY_ID: accessKeyId } = own.variables;
  const order = (name: string, body: object | null) =>
    call({ endpoint: admin.endpoint, token }, name, body, t.signal).then(({ body }) => body as { id: string });
  const { id } = await order(`GetBucketInfo?globalAlias=${bucket}`, null);
  const quotas = { maxSize: changes.quota ?? null, maxObjects: null };
  await order(`UpdateBucket?id=${id}`, { quotas });
  const name = (changes.write ?? true) ? "AllowBucketKey" : "DenyBucketKey";
  const permissions = { read: false, write: true, owner: false };
  await order(name, { bucketId: id, accessKeyId, permissions });
}

test("credentials that may only read are said once, and reading works", async (t) => {
  const { place } = bucketOf(garage);
  await fill(t, place);
  await restrict(t, garage, { write: false });
  const two = await machine(t, place);
  await Promise.all(Array.from({ length: 20 }, (_, i) => two.store.put(entryOf(`${i}`))));
  await two.store.settle();
  assert.is((await two.store.get(entryOf("a").key))?.store, "s3");
  assert.equal(two.told.notices, ["Garage is only read from: its access key may not write"]);
  assert.equal(two.told.warnings, []);
  await restrict(t, garage, {});
});

test("a full bucket is said once, and reading works", async (t) => {
  const { place } = bucketOf(garage);
  await fill(t, place);
  await restrict(t, garage, { quota: 1000 });
  const two = await machine(t, place);
  await Promise.all(Array.from({ length: 20 }, (_, i) => two.store.put(entryOf(`${i}`))));
  await two.store.settle();
  assert.is((await two.store.get(entryOf("a").key))?.store, "s3");
  assert.equal(two.told.warnings, [
    "Garage is full: what is made here is not shared. Make room with 'image-manager cache prune'",
  ]);
  await restrict(t, garage, {});
});

/** A run as the engine would do it: looks for entries, some at once, then stores them; gives its milliseconds. */
async function runOf({ store }: Layered, entries: number): Promise<number> {
  const begin = performance.now();
  const names = Array.from({ length: entries }, (_, i) => `task ${i}`);
  for (let at = 0; at < entries; at += 32) {
    const some = names.slice(at, at + 32);
    await Promise.all(some.map((name) => store.get(entryOf(name).key)));
    await Promise.all(some.map((name) => store.put(entryOf(name))));
  }
  await store.settle();
  return performance.now() - begin;
}

test("a store that nobody serves costs a run next to nothing and is said once", async (t) => {
  const one = await machine(t, { ...bucketOf(garage).place, endpoint: "http://127.0.0.1:1" });
  const took = await runOf(one, 200);
  assert.ok(took < 1000, `${took} ms`);
  assert.is((await one.store.get(entryOf("task 7").key))?.store, "disk");
  assert.equal(one.told.warnings, [
    "Garage not reachable, building without cache: nothing answers at http://127.0.0.1:1. Run 'docker compose up -d' to start infrastructure services",
  ]);
});

test("a store that never answers costs a run 2 s at most and is said once, whatever runs at once", async (t) => {
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.use({ [Symbol.dispose]: () => server.close() });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const one = await machine(t, { ...bucketOf(garage).place, endpoint });
  const took = await runOf(one, 200);
  assert.ok(took < 2500, `${took} ms`);
  const hint = "does not answer. Check the address and the network";
  assert.equal(one.told.warnings, [`Garage not reachable, building without cache: ${endpoint} ${hint}`]);
});

test("a store that stops answering while results are sent is waited for 2 s and said once", async (t) => {
  const { place } = bucketOf(garage);
  const proxy = await proxyTo(t, place.endpoint ?? "");
  const one = await machine(t, { ...place, endpoint: proxy.address });
  await one.store.get(entryOf("a").key);
  proxy.freeze();
  const blob = await one.keep(randomBytes(1000));
  await Promise.all(Array.from({ length: 20 }, (_, i) => one.store.put(entryOf(`${i}`, { blobs: [blob] }))));
  const begin = performance.now();
  await one.store.settle();
  const took = performance.now() - begin;
  assert.ok(took > 1500 && took < 2500, `${took} ms`);
  assert.equal(one.told.warnings, ["Garage has stopped answering: 20 results were not sent to it"]);
});

test("a store that goes away while results are sent is said once", async (t) => {
  const { place } = bucketOf(garage);
  const proxy = await proxyTo(t, place.endpoint ?? "");
  const one = await machine(t, { ...place, endpoint: proxy.address });
  await one.store.get(entryOf("a").key);
  proxy.cut();
  assert.ok((await runOf(one, 100)) < 1500);
  assert.is(one.told.warnings.length, 1);
  assert.match(one.told.warnings[0] ?? "", "Garage not reachable, building without cache: ");
});

test("a long transfer that moves is not cut off, in either direction", async (t) => {
  const { place } = bucketOf(garage);
  const proxy = await proxyTo(t, place.endpoint ?? "");
  const slow = { ...place, endpoint: proxy.address };
  const bytes = randomBytes(10_000_000);
  const one = await machine(t, slow);
  const blob = await one.keep(bytes);
  await one.store.put(entryOf("a", { blobs: [blob] }));
  await one.store.settle();
  proxy.slow(60_000);
  const two = await machine(t, slow);
  const begin = performance.now();
  assert.ok(await two.blobs.path(blob));
  assert.ok(performance.now() - begin > 2500);
  assert.equal([one.told.warnings, two.told.warnings], [[], []]);
});

test("an interrupted run waits for nothing", async (t) => {
  const { place } = bucketOf(garage);
  const proxy = await proxyTo(t, place.endpoint ?? "");
  const stop = new AbortController();
  const one = await machine(t, { ...place, endpoint: proxy.address }, { signal: stop.signal });
  await one.store.get(entryOf("a").key);
  proxy.freeze();
  await one.store.put(entryOf("a"));
  setTimeout(() => stop.abort(new Error("Stopped")), 100);
  const begin = performance.now();
  await one.store.settle();
  assert.ok(performance.now() - begin < 300);
  assert.equal(one.told.warnings, []);
});
