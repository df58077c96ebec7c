import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createBlobs } from "../../infrastructure/store/blobs.ts";
import { createDiskStore } from "../../infrastructure/store/disk.ts";
import { type Layered, layer } from "../../infrastructure/store/layered.ts";
import { openS3 } from "../../infrastructure/store/s3/remote.ts";
import type { Entry } from "../../src/entry.ts";
import { entryOf } from "../infrastructure/store/entries.ts";
import { Scope } from "../rig/context.ts";
import { startGarage, type TestGarage } from "../rig/garage.ts";
import { comparison, type Effort, interleaved } from "./measure.ts";
import type { BenchTable } from "./table.ts";

const count = 1000;
const size = 100_000;
/** As many as the shared store sends at once. */
const concurrency = 8;

/** Entries to Garage and back through the layered store, and by Amazon's client in a plain loop. */
export async function storeBench(effort: Effort): Promise<BenchTable> {
  await using scope = new Scope();
  const garage = await startGarage(scope);
  const entries = Array.from({ length: count }, (_, i) =>
    entryOf(`task ${i}`, { output: randomBytes(size / 2).toString("hex") }),
  );
  const both = await interleaved(effort, [() => ours(scope, garage, entries), () => plain(garage, entries)]);
  return {
    title: `Shared store: ${count} entries of ${size / 1000} KB to Garage and back, ${concurrency} at once`,
    columns: ["", "layered store, ms", "client-s3, ms", "ratio", "wanted"],
    rows: [comparison("there", both, 1.1, 0), comparison("back", both, 1.1, 1)],
    notes: [
      `Medians of ${effort.rounds} interleaved rounds`,
      "The layered store writes each entry to the disk as well, and checks each that comes back against its hashes",
    ],
  };
}

async function ours(scope: Scope, garage: TestGarage, entries: readonly Entry[]): Promise<readonly number[]> {
  const prefix = `${randomBytes(4).toString("hex")}/`;
  await using one = await machine(scope, garage, prefix);
  await using two = await machine(scope, garage, prefix);
  const there = await timed(async () => {
    for (const entry of entries) await one.store.put(entry);
    await one.store.settle();
  });
  const back = await timed(() =>
    each(entries, async ({ key }) => wanted((await two.store.get(key))?.entry.key === key)),
  );
  return [there, back];
}

async function plain(garage: TestGarage, entries: readonly Entry[]): Promise<readonly number[]> {
  const { endpoint, region, bucket: Bucket } = garage.place;
  const { GARAGE_ACCESS_KEY_ID: accessKeyId = "", GARAGE_SECRET_ACCESS_KEY: secretAccessKey = "" } = garage.variables;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint: endpoint ?? "", region, forcePathStyle: true, credentials });
  const prefix = randomBytes(4).toString("hex");
  const there = await timed(() =>
    each(entries, async (entry) => {
      await client.send(new PutObjectCommand({ Bucket, Key: `${prefix}/${entry.key}`, Body: JSON.stringify(entry) }));
    }),
  );
  const back = await timed(() =>
    each(entries, async ({ key }) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: `${prefix}/${key}` }));
      wanted(JSON.parse((await Body?.transformToString()) ?? "").key === key);
    }),
  );
  client.destroy();
  return [there, back];
}

/** A machine with an empty disk. */
async function machine(scope: Scope, { place, variables }: TestGarage, prefix: string): Promise<Layered> {
  const folder = await scope.folder();
  const fail = (message: string) => {
    throw new Error(message);
  };
  const remote = await openS3({ ...place, prefix }, variables, () => {});
  return layer({
    ...{ store: createDiskStore(folder), blobs: createBlobs(folder), scratch: join(folder, "tmp") },
    ...{ open: async () => remote, title: "Garage", write: true, keep: true },
    ...{ now: () => performance.now(), warn: fail, notice: fail, signal: scope.signal },
  });
}

async function each(entries: readonly Entry[], work: (entry: Entry) => Promise<void>): Promise<void> {
  const left = entries.values();
  const worker = async () => {
    for (const entry of left) await work(entry);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

function wanted(good: boolean): void {
  if (!good) throw new Error("Another entry came back");
}
