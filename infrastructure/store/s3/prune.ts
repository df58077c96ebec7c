import { DeleteObjectsCommand, GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import PQueue from "p-queue";
import type { SharedCache } from "../../../src/model/cache.ts";
import { Watch } from "../watch.ts";
import { createClient, type Variables } from "./client.ts";
import { faultOf } from "./faults.ts";
import { during } from "./sender.ts";

/** An object of the bucket: its name there, bytes, and when it was written in milliseconds since 1970. */
export interface Shared {
  readonly key: string;
  readonly size: number;
  readonly written: number;
}

/** What goes, the lists before what they name, and what stays. */
export interface SharedPruned {
  readonly removed: readonly Shared[];
  readonly kept: readonly Shared[];
}

export interface SharedPruneOptions {
  /** Milliseconds: lists that were written before go. */
  readonly age: number;
  readonly now: number;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** Objects that name others, where those lie, and which they are. */
interface Sort {
  readonly lists: string;
  readonly blobs: string;
  readonly named: (text: string) => readonly string[];
}

const sorts: readonly Sort[] = [
  {
    lists: "entries/",
    blobs: "blobs/",
    named: (text) => parsed(text.slice(text.indexOf("\n") + 1)).blobs?.map(({ sha256 }) => sha256) ?? [],
  },
  {
    // BuildKit's CacheConfig.
    lists: "layers/manifests/",
    blobs: "layers/blobs/",
    named: (text) => parsed(text).layers?.map(({ blob }) => blob) ?? [],
  },
];

/**
 * What nobody names may belong to an upload under way. BuildKit takes a blob for fresh that was written in the last day,
 * and does not write it again.
 */
const grace = 25 * 60 * 60 * 1000;

/** Milliseconds that a request may stand still, and how many are made at once. */
const patience = 10_000;
const concurrency = 16;

/**
 * Removes old entries and old lists of layers from the part of a bucket that is a cache's, then the blobs that nothing
 * names any more. Age is counted from when it was written: a bucket does not know what is read.
 *
 * @throws Fault
 */
export async function pruneShared(
  place: SharedCache,
  variables: Variables,
  options: SharedPruneOptions,
): Promise<SharedPruned> {
  using watch = new Watch(patience, options.signal);
  using client = disposable(await createClient(place, variables));
  const bucket = new Bucket(place, during(client.it, watch));
  try {
    const chosen = await Promise.all(sorts.map((sort) => choose(bucket, sort, options)));
    const removed = [...chosen.flatMap(({ lists }) => lists), ...chosen.flatMap(({ blobs }) => blobs)];
    if (!options.dryRun) await bucket.remove(removed);
    return { removed, kept: chosen.flatMap(({ kept }) => kept) };
  } catch (error) {
    options.signal.throwIfAborted();
    throw faultOf(place, "write", watch.signal.aborted ? watch.signal.reason : error);
  }
}

function disposable(it: S3Client): Disposable & { readonly it: S3Client } {
  return { it, [Symbol.dispose]: () => it.destroy() };
}

async function choose(
  bucket: Bucket,
  { lists, blobs, named }: Sort,
  { age, now }: SharedPruneOptions,
): Promise<Record<"lists" | "blobs" | "kept", readonly Shared[]>> {
  // Before the lists: a blob that is known here is named by then, or is so young that it stays.
  const allBlobs = await bucket.list(blobs);
  const allLists = await bucket.list(lists);
  const isOld = ({ written }: Shared) => now - written > age;
  const names = new Set<string>();
  const young = allLists.filter((list) => !isOld(list));
  await bucket.each(young, (text) => {
    for (const name of named(text)) names.add(bucket.keyOf(blobs + name));
  });
  const isLost = ({ key, written }: Shared) => !names.has(key) && now - written > grace;
  return {
    lists: allLists.filter(isOld),
    blobs: allBlobs.filter(isLost),
    kept: [...young, ...allBlobs.filter((blob) => !isLost(blob))],
  };
}

class Bucket {
  readonly #place: SharedCache;
  readonly #client: S3Client;

  constructor(place: SharedCache, client: S3Client) {
    this.#place = place;
    this.#client = client;
  }

  keyOf(name: string): string {
    return this.#place.prefix + name;
  }

  async list(folder: string): Promise<readonly Shared[]> {
    const input = { Bucket: this.#place.bucket, Prefix: this.keyOf(folder) };
    const found: Shared[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#client }, input)) {
      for (const { Key = "", Size = 0, LastModified } of Contents)
        found.push({ key: Key, size: Size, written: LastModified?.getTime() ?? 0 });
    }
    return found;
  }

  /** The texts of objects, several at once; one that has gone in between has none. */
  async each(objects: readonly Shared[], read: (text: string) => void): Promise<void> {
    const queue = new PQueue({ concurrency });
    await queue.addAll(
      objects.map(({ key }) => async () => {
        const got = this.#client.send(new GetObjectCommand({ Bucket: this.#place.bucket, Key: key }));
        const answer = await got.catch((error: Error) =>
          error.name === "NoSuchKey" ? undefined : Promise.reject(error),
        );
        read((await answer?.Body?.transformToString()) ?? "");
      }),
    );
  }

  async remove(objects: readonly Shared[]): Promise<void> {
    // As many as one request may name.
    for (let i = 0; i < objects.length; i += 1000) {
      const Objects = objects.slice(i, i + 1000).map(({ key }) => ({ Key: key }));
      const { Errors = [] } = await this.#client.send(
        new DeleteObjectsCommand({ Bucket: this.#place.bucket, Delete: { Objects, Quiet: true } }),
      );
      const [error] = Errors;
      if (error)
        throw Object.assign(new Error(error.Message), { Code: error.Code, $metadata: { httpStatusCode: 403 } });
    }
  }
}

/** What is no object names nothing: whoever reads it takes it for missing. */
function parsed(text: string): {
  readonly blobs?: readonly { readonly sha256: string }[];
  readonly layers?: readonly { readonly blob: string }[];
} {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
