import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Blob } from "../../src/entry.ts";
import type { Blobs } from "../../src/ports.ts";
import { fail } from "../../src/problem.ts";
import { blobPath } from "./place.ts";

/** Files by content under `blobs/<2 hex>/<62 hex>`. A file is there whole or not at all: it arrives by renaming. */
export function createBlobs(folder: string): Blobs {
  const pathOf = ({ sha256 }: Blob) => blobPath(folder, sha256);
  const has = async (blob: Blob) => (await sizeOf(pathOf(blob))) === blob.size;
  return {
    has,
    path: async (blob) => {
      const path = pathOf(blob);
      if (!(await has(blob))) return undefined;
      if ((await hashFile(path)).sha256 === blob.sha256) return path;
      await rm(path, { force: true });
      return undefined;
    },
    open: async function* (blob) {
      if (!(await has(blob))) lost(blob, "is no longer in the store");
      const hash = createHash("sha256");
      let last: Buffer | undefined;
      for await (const chunk of chunksOf(pathOf(blob))) {
        hash.update(chunk);
        if (last) yield last;
        last = chunk;
      }
      if (hash.digest("hex") !== blob.sha256) {
        await rm(pathOf(blob), { force: true });
        lost(blob, "was damaged in the store");
      }
      // Held back: nobody may have taken all of it for whole before it was known to be.
      if (last) yield last;
    },
    adopt: async (file) => {
      const blob = await hashFile(file);
      const path = pathOf(blob);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await chmod(file, 0o644);
      await rename(file, path);
      return blob;
    },
  };
}

async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.size;
}

/** The sha256 and size of a file. */
export async function hashFile(path: string): Promise<Blob> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of chunksOf(path)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest("hex"), size };
}

function chunksOf(path: string): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: 1024 * 1024 });
}

function lost({ sha256 }: Blob, how: string): never {
  const message = `The file ${sha256.slice(0, 12)}… ${how}`;
  return fail({ code: "blob-lost", kind: "task", message, fix: "Run the command again: it is made anew" });
}
