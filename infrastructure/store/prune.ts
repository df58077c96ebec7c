import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { isOccupied } from "../process/scratch.ts";
import type { StoreLimits } from "./limits.ts";
import { blobsNamedIn, filesBelow, type Stocked, stockOf } from "./stock.ts";
import { runsFolder } from "./upkeep.ts";

/** What goes and what stays. Each list holds the entries first: a blob goes after whatever names it. */
export interface Pruned {
  readonly removed: readonly Stocked[];
  readonly kept: readonly Stocked[];
  /** Bytes that stay above the limit because a run may be using them. */
  readonly over: number;
}

export interface PruneOptions {
  readonly limits: StoreLimits;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Only says what would go. */
  readonly dryRun: boolean;
}

const day = 24 * 60 * 60 * 1000;

/** While something runs: uses are noted once a day, and so anything of the last one may be in use. */
const grace = day + 60 * 60 * 1000;

/**
 * Removes what was not used for too long, then what was not used for longest until the rest is small enough. Blobs go
 * with the last entry that names them. What a run may be using stays, whatever the limits.
 */
export async function prune(folder: string, { limits, now, dryRun }: PruneOptions): Promise<Pruned> {
  const busy = await isOccupied(join(folder, runsFolder));
  const since = busy ? now - grace : Number.POSITIVE_INFINITY;
  const chosen = choose(listStock(folder), limits, { now, since });
  if (!dryRun) for (const { path, used } of chosen.removed) removeUnused(path, used);
  return chosen;
}

/** All that is pruned, and what each entry names. */
export interface Stock {
  readonly entries: readonly Stocked[];
  readonly blobs: readonly Stocked[];
  /** What can be made again at any time, such as compiled code. */
  readonly others: readonly Stocked[];
  readonly named: (entry: Stocked) => readonly string[];
}

function listStock(folder: string): Stock {
  return {
    // Before the entries: a blob that arrives in between is not known, and one that is known is named by then.
    blobs: stockOf(folder, "blobs"),
    entries: stockOf(folder, "entries"),
    others: filesBelow(join(folder, "compiled")),
    named: (entry) => blobsNamedIn(entry).map(({ sha256 }) => sha256),
  };
}

/** Decides by last use; `since` is from when on something may be in use. */
export function choose(
  { entries, blobs, others, named }: Stock,
  limits: StoreLimits,
  { now, since }: { readonly now: number; readonly since: number },
): Pruned {
  const byName = new Map(blobs.map((blob) => [blob.name, blob]));
  const keptBlobs = new Set(blobs.filter(({ used }) => used >= since));
  const kept: Stocked[] = [];
  let [total, full] = [sizeOf(keptBlobs), false];
  for (const entry of [...entries].sort((a, b) => b.used - a.used)) {
    const more = named(entry).flatMap((name) => byName.get(name) ?? []);
    const fresh = new Set(more.filter((blob) => !keptBlobs.has(blob)));
    const size = entry.size + sizeOf(fresh);
    full ||= total + size > limits.size;
    if (entry.used < since && (full || now - entry.used > limits.age || isLeft(entry, now))) continue;
    kept.push(entry);
    total += size;
    for (const blob of fresh) keptBlobs.add(blob);
  }
  const staying = new Set([...kept, ...keptBlobs, ...others.filter(({ used }) => now - used <= limits.age)]);
  return {
    removed: [...entries, ...blobs, ...others].filter((file) => !staying.has(file)),
    kept: [...staying],
    over: Math.max(0, total - limits.size),
  };
}

/** A file that was being written when its process was killed. */
function isLeft({ name, used }: Stocked, now: number): boolean {
  return name === null && now - used > day;
}

function sizeOf(files: Iterable<Stocked>): number {
  return [...files].reduce((sum, { size }) => sum + size, 0);
}

/** What was used or written again since it was looked at stays. */
function removeUnused(path: string, used: number): void {
  if (statSync(path, { throwIfNoEntry: false })?.mtimeMs === used) rmSync(path, { force: true });
}
