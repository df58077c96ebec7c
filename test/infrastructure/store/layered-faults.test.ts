// @garage
import { randomBytes } from "node:crypto";
import * as assert from "uvu/assert";
import { call } from "../../../infrastructure/garage/admin.ts";
import type { Layered, LayeredSettings } from "../../../infrastructure/store/layered.ts";
import type { Blob } from "../../../src/entry.ts";
import type { SharedCache } from "../../../src/model/cache.ts";
import { startGarage, type TestGarage } from "../../rig/garage.ts";
import { proxyTo } from "../../rig/proxy.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { bucketOf } from "./bucket.ts";
import { entryOf } from "./entries.ts";
import { type Machine, machineOf } from "./machine.ts";

const test = suite("layered store with a bad one behind it");

let garage: TestGarage;
test.before(async (t) => {
  garage = await startGarage(t);
});

/** A machine with an empty disk and the key of the test's Garage. */
function machine(t: Context, place: SharedCache, changes: Partial<LayeredSettings> = {}): Promise<Machine> {
  return machineOf(t, place, garage.variables, changes);
}

async function fill(t: Context, place: SharedCache, bytes: Uint8Array = randomBytes(1000)): Promise<Blob> {
  const one = await machine(t, place);
  const blob = await one.keep(bytes);
  await one.store.put(entryOf("a", { blobs: [blob] }));
  await one.store.settle();
  return blob;
}

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
  const { place } = bucketOf(garage);
  const proxy = await proxyTo(t, place.endpoint ?? "");
  proxy.freeze();
  const endpoint = proxy.address;
  const one = await machine(t, { ...place, endpoint });
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
  proxy.slow(100_000);
  const two = await machine(t, slow);
  const begin = performance.now();
  assert.ok(await two.blobs.path(blob));
  assert.ok(performance.now() - begin > 1500);
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
