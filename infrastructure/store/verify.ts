import { readFileSync, rmSync } from "node:fs";
import type { Entry } from "../../src/entry.ts";
import { sha256 } from "../../src/graph/key.ts";
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
    if (isDamaged(readFileSync(path, "utf8"), name ?? "")) removed.push({ path, kind: "entry", size });
  }
  for (const { path, name, size } of blobs) {
    signal.throwIfAborted();
    if ((await hashFile(path)).sha256 !== name) removed.push({ path, kind: "blob", size });
  }
  for (const { path } of removed) rmSync(path, { force: true });
  return { entries: entries.length, blobs: blobs.length, removed };
}

/** What another version of this tool wrote is no damage: it may still be in use on this machine. */
function isDamaged(text: string, key: string): boolean {
  if (decodeEntry(text, key) !== "damaged") return false;
  const end = text.indexOf("\n");
  if (end < 0 || sha256(text.slice(end + 1)) !== text.slice(0, end)) return true;
  const { schema, key: own }: Partial<Entry> = Object(JSON.parse(text.slice(end + 1)));
  const current: Entry["schema"] = 2;
  return schema === current || own !== key;
}
