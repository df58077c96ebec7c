import { createHash, type Hash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rm, writeFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Digest } from "../../../src/entry.ts";
import { noteReceived } from "../../process/garbage.ts";
import { blockSize } from "./http.ts";
import { type Algorithm, splitDigest } from "./names.ts";
import { moveTo, type Storage, sizeOf } from "./storage.ts";

/** Content on its way in. It becomes a blob when all of it is there and its hash is right. */
export interface Arrivals {
  /** Gives the id under which content can be sent. `algorithm` is what its digest is expected to be made with. */
  begin(algorithm: Algorithm): Promise<string>;
  /** Bytes that have arrived; undefined for an unknown id. */
  size(id: string): Promise<number | undefined>;
  /** Adds what is in the stream and gives the new size. What arrived before the stream broke off stays. */
  append(id: string, content: Readable): Promise<number>;
  /** Makes it the blob with this digest; false, and it is gone, when its hash is another one. */
  commit(id: string, digest: Digest): Promise<boolean>;
  cancel(id: string): Promise<void>;
}

/** The hash of the first `size` bytes. */
interface Progress {
  readonly algorithm: Algorithm;
  readonly hash: Hash;
  size: number;
}

/** Bytes per write. Longer ones get new memory for the page cache, shorter ones what was free a moment ago. */
const writeSize = 128 * 1024;

export function createArrivals(storage: Storage): Arrivals {
  // Hashes of what has arrived so far save reading it again. Whoever works on an upload takes its hash out: after a
  // failure, a restart or two writers at once there is none that fits, and the file is what counts.
  const kept = new Map<string, Progress>();
  const take = async (id: string, algorithm?: Algorithm): Promise<Progress> => {
    const progress = kept.get(id);
    kept.delete(id);
    const fits = progress?.size === (await sizeOf(storage.upload(id)));
    if (progress && fits && (algorithm ?? progress.algorithm) === progress.algorithm) return progress;
    return hashFile(storage.upload(id), algorithm ?? "sha256");
  };
  const cancel = async (id: string) => {
    kept.delete(id);
    await rm(storage.upload(id), { force: true });
  };
  return {
    begin: async (algorithm) => {
      const id = randomUUID();
      await writeFile(storage.upload(id), "", { flag: "wx", mode: 0o600 });
      kept.set(id, { algorithm, hash: createHash(algorithm), size: 0 });
      return id;
    },
    size: async (id) => (/^[0-9a-f-]{36}$/.test(id) ? sizeOf(storage.upload(id)) : undefined),
    append: async (id, content) => {
      const progress = await take(id);
      await write(storage.upload(id), content, progress).catch(async (error: unknown) => {
        // A client that was cut off may come back for the rest; a disk that is full needs the room.
        if (!content.readableAborted) await cancel(id);
        throw error;
      });
      kept.set(id, progress);
      return progress.size;
    },
    commit: async (id, digest) => {
      const { algorithm, hex } = splitDigest(digest);
      const { hash } = await take(id, algorithm);
      const right = hash.digest("hex") === hex;
      if (right) await settle(storage.upload(id), storage.blob(digest));
      else await cancel(id);
      return right;
    },
    cancel,
  };
}

/** Writes and hashes in one pass. Both see each block as it comes; the slower one, the disk, holds the stream back. */
async function write(path: string, content: Readable, progress: Progress): Promise<void> {
  const file = createWriteStream(path, { flags: "a", highWaterMark: writeSize });
  content.on("data", (chunk: Buffer) => {
    progress.hash.update(chunk);
    progress.size += chunk.length;
    noteReceived(chunk.length);
  });
  content.pipe(file);
  try {
    await Promise.all([finished(content, { writable: false }), finished(file)]);
  } finally {
    file.destroy();
  }
}

async function hashFile(path: string, algorithm: Algorithm): Promise<Progress> {
  const progress: Progress = { algorithm, hash: createHash(algorithm), size: 0 };
  for await (const chunk of createReadStream(path, { highWaterMark: blockSize })) {
    progress.hash.update(chunk);
    progress.size += chunk.length;
  }
  return progress;
}

/** On disk first, then by its name: a power cut must not leave a name without its bytes. */
async function settle(path: string, to: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
  await moveTo(path, to);
}
