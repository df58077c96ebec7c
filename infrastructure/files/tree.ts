import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { keyOf } from "../../src/graph/key.ts";
import type { Input, Tree, TreeFile } from "../../src/input.ts";
import { fail } from "../../src/problem.ts";
import { hashFile } from "./hash.ts";
import { readPatterns } from "./ignore.ts";
import { createPause } from "./pause.ts";
import { type Found, failReading, reading, walk } from "./walk.ts";

type TreeInput = Omit<Extract<Input, { input: "tree" }>, "input">;

/**
 * Reads a folder of the project as an image will see it: what the ignore rules let through, modes 0644 and 0755 by the
 * owner's right to execute but for those in `modes`, links as links.
 *
 * The ignore file itself is left out: BuildKit would apply it again, to prepared files, too.
 * Throws ImagesError `folder-missing`, and what `walk` throws.
 */
export async function readTree(input: TreeInput, project: string): Promise<Tree> {
  const { folder, exclude, modes } = input;
  const root = join(project, folder);
  if (!isFolder(root)) missing(folder);
  const patterns = input.ignoreFile ? ignored(folder, project) : refuseIgnoreFile(folder, root);
  return treeOf(folder, await contents(root, folder, walk(root, [...patterns, ...exclude], folder), modes));
}

/** Reads files of the project by glob; a folder stands for all below it. Throws ImagesError `input-missing`. */
export async function readFiles(globs: readonly string[], project: string): Promise<Tree> {
  const found = globs.flatMap((glob) => {
    const matches = globSync(glob, { cwd: project });
    return matches.length > 0 ? matches.flatMap((path) => below(path, project)) : nothingMatches(glob);
  });
  const unique = new Map(found.map((it) => [it.path, it]));
  return treeOf("", await contents(project, "", [...unique.values()], {}));
}

function below(path: string, project: string): readonly Found[] {
  if (isFolder(join(project, path)))
    return walk(join(project, path), [], path).map((it) => ({ ...it, path: `${path}/${it.path}` }));
  const { mode, size } = reading(path, () => statSync(join(project, path)));
  return [{ type: "file", path, executable: (mode & 0o100) !== 0, size }];
}

/** The files with their hashes. */
async function contents(
  root: string,
  folder: string,
  found: readonly Found[],
  modes: TreeInput["modes"],
): Promise<TreeFile[]> {
  const files: TreeFile[] = [];
  const pause = createPause();
  for (const it of found) {
    await pause();
    files.push(await toFile(root, folder, it, modes[it.path]));
  }
  return files;
}

async function toFile(root: string, folder: string, found: Found, mode: number | undefined): Promise<TreeFile> {
  const { path } = found;
  if (found.type === "link") return found;
  if (found.type === "folder") return { path, type: "folder", mode: mode ?? 0o755 };
  const name = folder === "" ? path : `${folder}/${path}`;
  const content = await hashFile(join(root, path), found.size).catch((error) => failReading(name, error));
  return { path, type: "file", mode: mode ?? (found.executable ? 0o755 : 0o644), ...content };
}

function treeOf(folder: string, files: TreeFile[]): Tree {
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { folder, files, digest: keyOf(files as readonly (TreeFile & Record<string, string | number>)[]) };
}

/** The patterns of the folder's ignore file, and the file itself. The one named after the Dockerfile comes first. */
function ignored(folder: string, project: string): readonly string[] {
  const names = ["Dockerfile.dockerignore", ".dockerignore"];
  const name = names.find((it) => existsSync(join(project, folder, it)));
  const text =
    name === undefined ? "" : reading(`${folder}/${name}`, () => readFileSync(join(project, folder, name), "utf8"));
  return [...readPatterns(text), ...names];
}

function refuseIgnoreFile(folder: string, root: string): readonly string[] {
  if (!existsSync(join(root, ".dockerignore"))) return [];
  return fail({
    code: "unsupported-file",
    kind: "config",
    message: `Cannot lay ${folder} over an image: BuildKit would leave out what its .dockerignore says`,
    fix: `Remove ${folder}/.dockerignore`,
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function missing(folder: string): never {
  return fail({
    code: "folder-missing",
    kind: "config",
    message: `Cannot read folder ${folder}: it does not exist`,
    looked: [folder],
  });
}

function nothingMatches(glob: string): never {
  const message = `Cannot find the input ${JSON.stringify(glob)}: no file of the project matches`;
  return fail({ code: "input-missing", kind: "config", message, looked: [glob] });
}
