import { statSync, utimesSync } from "node:fs";
import type { Store } from "../../src/ports.ts";
import { entryPath } from "./place.ts";

const day = 24 * 60 * 60 * 1000;

/**
 * Remembers when entries of the disk store are used, as the time of their files: what is used is not pruned.
 *
 * Once a day is enough, and what was made today needs no look at its file: thousands of entries are read in a run that
 * finds nothing to do.
 */
export function rememberingUse(store: Store, folder: string, now: () => number): Store {
  return {
    ...store,
    get: async (key) => {
      const found = await store.get(key);
      if (found !== undefined && isOld(Date.parse(found.entry.made.at), now())) touch(entryPath(folder, key), now());
      return found;
    },
  };
}

function touch(path: string, now: number): void {
  try {
    const file = statSync(path, { throwIfNoEntry: false });
    if (file && isOld(file.mtimeMs, now)) utimesSync(path, now / 1000, now / 1000);
  } catch {
    // A folder that cannot be written to is somebody else's to prune.
  }
}

/** A day ago; or a day ahead, from when a clock was wrong. */
function isOld(time: number, now: number): boolean {
  return !(Math.abs(now - time) < day);
}
