import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Store } from "../../src/ports.ts";
import { fail } from "../../src/problem.ts";
import { decodeEntry, encodeEntry } from "./encoding.ts";
import { entryPath } from "./place.ts";

/**
 * Finished work as one file per key: `entries/<2 hex>/<62 hex>`, its first line the sha256 of the rest.
 *
 * Written to a temporary name and renamed, so a crash leaves the old state or the new one. Whatever does not read
 * back as it was written is removed and counts as never made. Reads are synchronous: an entry is small, and a
 * promise would cost several times the read. `newer` is told of entries that a later version of this tool has written:
 * they are left to it.
 */
export function createDiskStore(folder: string, newer: () => void = () => {}): Store {
  const pathOf = (key: string) => entryPath(folder, key);
  return {
    get: async (key) => {
      const bytes = readIfThere(pathOf(key));
      if (bytes === undefined) return undefined;
      const entry = decodeEntry(bytes, key);
      if (entry === "newer") newer();
      if (entry === "damaged") rmSync(pathOf(key), { force: true });
      return typeof entry === "string" ? undefined : { entry, store: "disk" };
    },
    put: async (entry) => {
      try {
        writeRenamed(pathOf(entry.key), encodeEntry(entry));
      } catch (error) {
        failWrite(folder, error);
      }
    },
    settle: async () => {},
  };
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function writeRenamed(path: string, bytes: Buffer): void {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  try {
    writeInFolder(temporary, bytes);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The folder is there all but 256 times. */
function writeInFolder(path: string, bytes: Buffer): void {
  try {
    writeFileSync(path, bytes, { mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, bytes, { mode: 0o600 });
  }
}

function failWrite(folder: string, error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code === "ENOSPC" ? "the disk is full" : message;
  fail({
    code: "store-unwritable",
    kind: "task",
    message: `Cannot keep results in ${folder}: ${reason}`,
    fix: "Make room or choose another folder: IMAGE_MANAGER_CACHE",
  });
}
