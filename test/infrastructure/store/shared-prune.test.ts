// @garage
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import * as assert from "uvu/assert";
import { encodeEntry } from "../../../infrastructure/store/encoding.ts";
import { pruneShared } from "../../../infrastructure/store/s3/prune.ts";
import { formatSharedPruned } from "../../../infrastructure/terminal/cache.ts";
import { startGarage, type TestGarage } from "../../rig/garage.ts";
import { suite } from "../../rig/suite.ts";
import { entryOf } from "./entries.ts";

const test = suite("pruning the shared cache");
const day = 24 * 60 * 60 * 1000;

let garage: TestGarage;
let client: S3Client;

test.before(async (t) => {
  garage = await startGarage(t);
  const { GARAGE_ACCESS_KEY_ID = "", GARAGE_SECRET_ACCESS_KEY = "" } = garage.variables;
  const credentials = { accessKeyId: GARAGE_ACCESS_KEY_ID, secretAccessKey: GARAGE_SECRET_ACCESS_KEY };
  client = new S3Client({ endpoint: garage.place.endpoint, region: "garage", forcePathStyle: true, credentials });
});

async function put(Key: string, Body: string | Buffer): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: garage.place.bucket, Key, Body }));
}

async function names(): Promise<readonly string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: garage.place.bucket }));
  return Contents.map(({ Key = "" }) => Key);
}

/** An entry, a list of layers, what they name, and a blob of each sort that nothing names. */
async function fill(prefix: string): Promise<void> {
  const entry = entryOf("a", { blobs: [{ sha256: "named", size: 1 }] });
  await put(`${prefix}entries/${entry.key}`, encodeEntry(entry));
  await put(`${prefix}layers/manifests/app`, JSON.stringify({ layers: [{ blob: "sha256:named", parent: -1 }] }));
  for (const folder of ["blobs/", "layers/blobs/sha256:"]) {
    for (const name of ["named", "lost"]) await put(prefix + folder + name, "x");
  }
}

test("pruneShared() removes old lists, and blobs that nothing newer names, of its own prefix only", async (t) => {
  const place = { ...garage.place, prefix: "p/" };
  await fill("p/");
  await fill("other/");
  const prune = (days: number, more: { readonly age?: number; readonly dryRun?: boolean } = {}) =>
    pruneShared(place, garage.variables, {
      age: 30 * day,
      now: Date.now() + days * day,
      dryRun: false,
      signal: t.signal,
      ...more,
    });

  const fresh = await prune(0.5, { age: 0 });
  assert.equal(
    fresh.removed.map(({ key }) => key.replace(/[0-9a-f]{64}/, "KEY")),
    ["p/entries/KEY", "p/layers/manifests/app"],
    "what no list names may be of an upload under way",
  );
  await fill("p/");

  const planned = await prune(29, { dryRun: true });
  assert.is((await names()).length, 12);
  assert.equal(
    planned.removed.map(({ key }) => key),
    ["p/blobs/lost", "p/layers/blobs/sha256:lost"],
  );
  const total = planned.kept.reduce((sum, { size }) => sum + size, 0);
  assert.is(
    formatSharedPruned(planned, true),
    `Would remove from the shared cache 2 blobs: 2 B; ${total} B would be left`,
  );
  assert.equal((await prune(29)).removed, planned.removed);
  assert.is((await names()).length, 10);

  const old = await prune(31);
  assert.is(
    formatSharedPruned(old, false),
    `Removed from the shared cache 1 entry, 1 list of layers, 2 blobs: ${total} B; 0 B are left`,
  );
  assert.equal(
    (await names()).filter((name) => !name.startsWith("other/")),
    [],
  );
  assert.is(formatSharedPruned(await prune(31), false), "Nothing to remove from the shared cache; 0 B are kept");
});

test("pruneShared() says what is wrong with the store", async (t) => {
  const options = { age: 0, now: Date.now(), dryRun: false, signal: t.signal };
  const told = (place: object, variables: object = {}) =>
    pruneShared({ ...garage.place, ...place }, { ...garage.variables, ...variables }, options).then(
      () => "nothing",
      ({ message }: Error) => message,
    );
  assert.match(await told({ bucket: "none" }), "it has no bucket 'none'");
  assert.match(await told({ endpoint: "http://127.0.0.1:1" }), "nothing answers at http://127.0.0.1:1");
});
