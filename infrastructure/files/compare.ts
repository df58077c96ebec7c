import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Tree, TreeFile } from "../../src/input.ts";
import { hashOf } from "./hash.ts";
import { lookAt } from "./place.ts";

/** Whether a folder holds a tree's files exactly so, and nothing else. */
export function holdsTree(folder: string, tree: Tree): boolean {
  if (!lookAt(folder)?.isDirectory()) return false;
  const count = readdirSync(folder, { recursive: true }).length;
  return count === tree.files.length && tree.files.every((file) => holdsFile(join(folder, file.path), file));
}

function holdsFile(path: string, file: TreeFile): boolean {
  const there = lookAt(path);
  if (there === undefined) return false;
  if (file.type === "link") return there.isSymbolicLink() && readlinkSync(path) === file.to;
  if ((there.mode & 0o7777) !== file.mode) return false;
  if (file.type === "folder") return there.isDirectory();
  return there.isFile() && there.size === file.size && hashOf(readFileSync(path)) === file.sha256;
}
