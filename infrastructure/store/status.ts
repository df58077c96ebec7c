import { existsSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, type Stocked, stockOf } from "./stock.ts";

/** What the local cache holds of one sort. */
export interface CachePart {
  readonly name: string;
  readonly holds: string;
  readonly files: number;
  /** Bytes. */
  readonly size: number;
  /** When the one was used that was not used for longest, ISO 8601; null where that is not known. */
  readonly unusedSince: string | null;
}

/** Each folder of the cache that is there, and what is in it. */
export function cacheParts(folder: string): readonly CachePart[] {
  const part = (name: string, holds: string, list: () => readonly Stocked[]): readonly CachePart[] => {
    if (!existsSync(join(folder, name))) return [];
    const files = list();
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const oldest = files.reduce((least, { used }) => Math.min(least, used), Number.POSITIVE_INFINITY);
    const dated = name === "entries" && files.length > 0;
    return [{ name, holds, files: files.length, size, unusedSince: dated ? new Date(oldest).toISOString() : null }];
  };
  const below = (name: string) => () => filesBelow(join(folder, name));
  return [
    ...part("entries", "finished work", () => stockOf(folder, "entries")),
    ...part("blobs", "files it made", () => stockOf(folder, "blobs")),
    ...part("compiled", "this tool's code", below("compiled")),
    ...part("tmp", "unfinished work", below("tmp")),
    ...part("tools", "programs; never pruned", below("tools")),
  ];
}
