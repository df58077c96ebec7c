import { chmodSync, constants, copyFileSync, linkSync } from "node:fs";
import { join } from "node:path";
import type { Tree } from "../../src/input.ts";
import { canonical } from "../../src/json.ts";
import { fail } from "../../src/problem.ts";
import { copyTree, makeFolder } from "./copy.ts";
import { stampTimes } from "./times.ts";
import { failReading } from "./walk.ts";

export { stampTimes } from "./times.ts";

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

function occupied(path: string): never {
  const message = `Cannot stage the prepared file ${path}: the image's folder has a file of that name, too`;
  return fail({
    code: "file-twice",
    kind: "config",
    message,
    fix: "Rename one of them, or leave it out in .dockerignore",
  });
}
