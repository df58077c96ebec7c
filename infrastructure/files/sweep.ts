import { readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isBeingMade, lookAt } from "./place.ts";

/**
 * Removes what no target owns any more: everything in the folders of images but what lies at or below the owned paths,
 * and the folders of targets that are gone. The rest of dist/ may be somebody else's and is left alone. Folders that
 * are left empty go, too. Gives what was removed, the uppermost path of each. Links are never followed.
 */
export function sweep(folder: string, owned: readonly string[]): readonly string[] {
  if (!lookAt(folder)?.isDirectory()) return [];
  const kept = new Set(owned);
  const above = new Set(owned.flatMap(foldersAbove));
  const removed: string[] = [];
  const visit = (parent: string): void => {
    const before = removed.length;
    for (const entry of readdirSync(join(folder, parent), { withFileTypes: true })) {
      const path = parent === "" ? entry.name : `${parent}/${entry.name}`;
      if (kept.has(path) || isBeingMade(entry.name)) continue;
      if (above.has(path) && entry.isDirectory()) visit(path);
      else if (above.has(parent) || isTargetFolder(join(folder, path))) removed.push(remove(folder, path));
      else if (entry.isDirectory()) visit(path);
    }
    const ours = above.has(parent) || removed.length > before;
    if (parent !== "" && ours && readdirSync(join(folder, parent)).length === 0) rmdirSync(join(folder, parent));
  };
  visit("");
  return removed;
}

const ownNames =
  /^(Dockerfile|image\.tar|rootfs(-\d+)?|test(-\d+)?\.yml|sbom\.(cyclonedx|spdx)\.json|linux-[\w-]+|\..+\.tmp)$/;

/** Whether a folder holds what a target has in dist/, and nothing else. */
function isTargetFolder(path: string): boolean {
  const names = lookAt(path)?.isDirectory() ? readdirSync(path) : [];
  return names.length > 0 && names.every((name) => ownNames.test(name));
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
