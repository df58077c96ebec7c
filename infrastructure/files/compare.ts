import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Tree, TreeFile } from "../../src/input.ts";
import { hashFile } from "./hash.ts";
import { lookAt } from "./place.ts";

/** Whether a folder holds a tree's files exactly so, and nothing else. */
export async function holdsTree(folder: string, tree: Tree): Promise<boolean> {
  if (!lookAt(folder)?.isDirectory()) return false;
  if (readdirSync(folder, { recursive: true }).length !== tree.files.length) return false;
  for (const file of tree.files) if (!(await holdsFile(join(folder, file.path), file))) return false;
  return true;
}

async function holdsFile(path: string, file: TreeFile): Promise<boolean> {
  const there = lookAt(path);
  if (there === undefined) return false;
  if (file.type === "link") return there.isSymbolicLink() && readlinkSync(path) === file.to;
  if ((there.mode & 0o7777) !== file.mode) return false;
  if (file.type === "folder") return there.isDirectory();
  return there.isFile() && there.size === file.size && (await hashFile(path, file.size)).sha256 === file.sha256;
}
