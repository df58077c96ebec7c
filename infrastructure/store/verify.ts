import { readFileSync, rmSync } from "node:fs";
import { hashFile } from "./blobs.ts";
import { decodeEntry } from "./encoding.ts";
import { stockOf } from "./stock.ts";

/** How many files were read, and what was wrong and is gone. */
export interface Verified {
  readonly entries: number;
  readonly blobs: number;
  readonly removed: readonly { readonly path: string; readonly kind: "entry" | "blob"; readonly size: number }[];
}

/** Reads every entry and every blob, and removes those that are not as they were written. Other files are left alone. */
export async function verify(folder: string, signal: AbortSignal): Promise<Verified> {
  const entries = stockOf(folder, "entries").filter(({ name }) => name !== null);
  const blobs = stockOf(folder, "blobs").filter(({ name }) => name !== null);
  const removed: Verified["removed"][number][] = [];
  for (const { path, name, size } of entries) {
    signal.throwIfAborted();
    // What another version of this tool wrote may still be in use on this machine.
    if (decodeEntry(readFileSync(path), name ?? "") === "damaged") removed.push({ path, kind: "entry", size });
  }
  for (const { path, name, size } of blobs) {
    signal.throwIfAborted();
    if ((await hashFile(path)).sha256 !== name) removed.push({ path, kind: "blob", size });
  }
  for (const { path } of removed) rmSync(path, { force: true });
  return { entries: entries.length, blobs: blobs.length, removed };
}
