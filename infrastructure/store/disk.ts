import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
      const text = readIfThere(pathOf(key));
      if (text === undefined) return undefined;
      const entry = decodeEntry(text, key);
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

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function writeRenamed(path: string, text: string): void {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
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
