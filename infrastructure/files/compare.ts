import { readdirSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { Tree, TreeFile } from "../../src/input.ts";
import { hashFile } from "./hash.ts";
import { lookAt } from "./place.ts";
import type { StatCache } from "./stat-cache.ts";

/** Whether a folder holds a tree's files exactly so, and nothing else. */
export async function holdsTree(folder: string, tree: Tree, hashes: StatCache): Promise<boolean> {
  if (!lookAt(folder)?.isDirectory()) return false;
  if (readdirSync(folder, { recursive: true }).length !== tree.files.length) return false;
  for (const file of tree.files) if (!(await holdsFile(join(folder, file.path), file, hashes))) return false;
  return true;
}

async function holdsFile(path: string, file: TreeFile, hashes: StatCache): Promise<boolean> {
  const there = lookAt(path);
  if (there === undefined) return false;
  if (file.type === "link") return there.isSymbolicLink() && readlinkSync(path) === file.to;
  if ((there.mode & 0o7777) !== file.mode) return false;
  if (file.type === "folder") return there.isDirectory();
  if (!there.isFile() || there.size !== file.size) return false;
  return (await hashAt(path, there, hashes)) === file.sha256;
}

async function hashAt(path: string, there: Stats, hashes: StatCache): Promise<string> {
  const known = hashes.known(path, there);
  if (known !== undefined) return known;
  const { sha256 } = await hashFile(path, there.size);
  hashes.learn(path, there, sha256);
  return sha256;
}
