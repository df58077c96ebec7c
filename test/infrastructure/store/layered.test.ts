// @garage
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createDiskStore } from "../../../infrastructure/store/disk.ts";
import { type LayeredSettings, layer } from "../../../infrastructure/store/layered.ts";
import type { Blob } from "../../../src/entry.ts";
import type { SharedCache } from "../../../src/model/cache.ts";
import { startGarage, type TestGarage } from "../../rig/garage.ts";
import { proxyTo } from "../../rig/proxy.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { bucketOf } from "./bucket.ts";
import { conforms, type Subject, type View } from "./conformance.ts";
import { entryOf } from "./entries.ts";
import { type Machine, machineOf } from "./machine.ts";

const test = suite("layered store");

let garage: TestGarage;
test.before(async (t) => {
  garage = await startGarage(t);
});

/** A machine with an empty disk and the key of the test's Garage. */
function machine(t: Context, place: SharedCache, changes: Partial<LayeredSettings> = {}): Promise<Machine> {
  return machineOf(t, place, garage.variables, changes);
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
