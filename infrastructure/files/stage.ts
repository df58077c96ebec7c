import { chmodSync, constants, copyFileSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Tree, TreeFile } from "../../src/input.ts";
import { canonical } from "../../src/json.ts";
import { fail } from "../../src/problem.ts";
import { hashFile, hashOf, readSmall, smallFile } from "./hash.ts";
import { createPause } from "./pause.ts";
import { stampTimes } from "./times.ts";
import { failReading, reading } from "./walk.ts";

export { stampTimes } from "./times.ts";

type RegularFile = Extract<TreeFile, { type: "file" }>;

/**
 * Makes a folder that a build reads: the tree's files with its modes, further files linked to where they lie, and one
 * time for all of them. `extra` has absolute paths of the blob store, whose names say what is in them, by path.
 *
 * Throws ImagesError `file-changed` when a file no longer has the hash that the tree has: the key would be wrong.
 */
export async function stageTree(
  tree: Tree | null,
  project: string,
  destination: string,
  extra: Readonly<Record<string, string>>,
): Promise<void> {
  makeFolder(destination);
  await copyTree(tree, project, destination);
  for (const [path, blob] of Object.entries(extra)) linkBlob(blob, destination, path);
  await stampTimes(destination, canonical({ tree: tree?.digest ?? null, extra }));
}

/** Copies a tree's files into a folder that exists and checks each of them. Their times are those of the copy. */
export async function copyTree(tree: Tree | null, project: string, destination: string): Promise<void> {
  const pause = createPause();
  for (const file of tree?.files ?? []) {
    await pause();
    const to = join(destination, file.path);
    if (file.type === "folder") makeFolder(to, file.mode);
    else if (file.type === "link") symlinkSync(file.to, to);
    else await copyFile(file, join(project, tree?.folder ?? "", file.path), to, `${tree?.folder}/${file.path}`);
  }
}

async function copyFile(file: RegularFile, from: string, to: string, name: string): Promise<void> {
  const sha256 = file.size <= smallFile ? copySmall(from, to, name) : await copyLarge(from, to, name);
  if (sha256 !== file.sha256) changed(name);
  chmodSync(to, file.mode);
}

function copySmall(from: string, to: string, name: string): string {
  const bytes = reading(name, () => readSmall(from));
  writeFileSync(to, bytes);
  return hashOf(bytes);
}

/** Shares the blocks where the file system can. What counts is the copy: the file may change while it is copied. */
async function copyLarge(from: string, to: string, name: string): Promise<string> {
  reading(name, () => copyFileSync(from, to, constants.COPYFILE_FICLONE));
  return (await hashFile(to, Number.POSITIVE_INFINITY)).sha256;
}

function linkBlob(blob: string, destination: string, path: string): void {
  const to = join(destination, path);
  path
    .split("/")
    .slice(0, -1)
    .reduce((parent, name) => makeFolder(join(parent, name)), destination);
  try {
    linkSync(blob, to);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") occupied(path);
    if (!["EXDEV", "EPERM", "EMLINK", "ENOTSUP"].includes(code)) failReading(path, error);
    copyFileSync(blob, to, constants.COPYFILE_FICLONE);
    chmodSync(to, 0o644);
  }
}

/** The mode of a new folder is not left to the creating call: the umask would take rights away. */
function makeFolder(path: string, mode = 0o755): string {
  if (mkdirSync(path, { recursive: true }) !== undefined) chmodSync(path, mode);
  return path;
}

function changed(name: string): never {
  const message = `Cannot stage ${name}: it changed while it was being read`;
  return fail({ code: "file-changed", kind: "task", message, fix: "Run again" });
}

function occupied(path: string): never {
  const message = `Cannot stage the prepared file ${path}: the image's folder has a file of that name, too`;
  return fail({
    code: "file-twice",
    kind: "config",
    message,
    fix: "Rename one of them, or leave it out in .dockerignore",
  });
}
