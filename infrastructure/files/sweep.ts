import { readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isBeingMade, lookAt } from "./place.ts";

/**
 * Removes everything below a folder but what lies at or below the owned paths, in one walk; folders that are left
 * empty go, too. Gives what was removed, the uppermost path of each. Links are removed, never followed.
 */
export function sweep(folder: string, owned: readonly string[]): readonly string[] {
  if (!lookAt(folder)?.isDirectory()) return [];
  const kept = new Set(owned);
  const above = new Set(owned.flatMap(foldersAbove));
  const removed: string[] = [];
  const visit = (parent: string): void => {
    for (const entry of readdirSync(join(folder, parent), { withFileTypes: true })) {
      const path = parent === "" ? entry.name : `${parent}/${entry.name}`;
      if (kept.has(path) || isBeingMade(entry.name)) continue;
      if (entry.isDirectory() && above.has(path)) visit(path);
      else removed.push(remove(folder, path));
    }
    if (parent !== "" && readdirSync(join(folder, parent)).length === 0) rmdirSync(join(folder, parent));
  };
  visit("");
  return removed;
}

function remove(folder: string, path: string): string {
  rmSync(join(folder, path), { recursive: true, force: true });
  return path;
}

/** `a/b/c` lies in `a` and `a/b`. */
function foldersAbove(path: string): readonly string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, i) => names.slice(0, i + 1).join("/"));
}
