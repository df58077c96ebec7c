import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { keyOf } from "../../src/graph/key.ts";
import type { Input, Tree, TreeFile } from "../../src/input.ts";
import { fail } from "../../src/problem.ts";
import { hashFile } from "./hash.ts";
import { readPatterns } from "./ignore.ts";
import { createPause } from "./pause.ts";
import { noStatCache, type StatCache } from "./stat-cache.ts";
import { type Found, failReading, type Listings, reading, walk } from "./walk.ts";

type TreeInput = Omit<Extract<Input, { input: "tree" }>, "input">;

/** What one run has seen of the project's files so far, and what is known of them from before. */
export interface Looked {
  readonly hashes: StatCache;
  readonly listings: Listings;
}

/** For a run that has seen nothing yet. */
export function looked(hashes: StatCache): Looked {
  return { hashes, listings: new Map() };
}

/**
 * Reads a folder of the project as an image will see it: what the ignore rules let through, modes 0644 and 0755 by the
 * owner's right to execute but for those in `modes`, links as links.
 *
 * The ignore file itself is left out: BuildKit would apply it again, to prepared files, too.
 * Throws ImagesError `folder-missing`, and what `walk` throws.
 */
export async function readTree(
  input: TreeInput,
  project: string,
  { hashes, listings }: Looked = looked(noStatCache),
): Promise<Tree> {
  const { folder, exclude, modes } = input;
  const root = join(project, folder);
  if (!isFolder(root)) missing(folder);
  const patterns = input.ignoreFile ? ignored(folder, project) : refuseIgnoreFile(folder, root);
  return treeOf(
    folder,
    await contents(walk(root, [...patterns, ...exclude], folder, listings), { root, folder, modes, hashes }),
  );
}

/** Reads files of the project by glob; a folder stands for all below it. Throws ImagesError `input-missing`. */
export async function readFiles(
  globs: readonly string[],
  project: string,
  { hashes, listings }: Looked = looked(noStatCache),
): Promise<Tree> {
  const found = globs.flatMap((glob) => {
    const matches = globSync(glob, { cwd: project });
    return matches.length > 0 ? matches.flatMap((path) => below(path, project, listings)) : nothingMatches(glob);
  });
  const unique = new Map(found.map((it) => [it.path, it]));
  return treeOf("", await contents([...unique.values()], { root: project, folder: "", modes: {}, hashes }));
}

function below(path: string, project: string, listings: Listings): readonly Found[] {
  if (isFolder(join(project, path)))
    return walk(join(project, path), [], path, listings).map((it) => ({ ...it, path: `${path}/${it.path}` }));
  return [{ type: "file", path, stats: reading(path, () => statSync(join(project, path))) }];
}

/** A folder of the project that is read. */
interface Reading {
  /** Absolute. */
  readonly root: string;
  /** Its name in messages. */
  readonly folder: string;
  readonly modes: TreeInput["modes"];
  readonly hashes: StatCache;
}

/** The files with their hashes. */
async function contents(found: readonly Found[], reading: Reading): Promise<TreeFile[]> {
  const files: TreeFile[] = [];
  const pause = createPause();
  for (const it of found) {
    await pause();
    files.push(it.type === "file" ? await toFile(it, reading) : toOther(it, reading));
  }
  return files;
}

function toOther(found: Exclude<Found, { type: "file" }>, { modes }: Reading): TreeFile {
  return found.type === "link" ? found : { path: found.path, type: "folder", mode: modes[found.path] ?? 0o755 };
}

async function toFile({ path, stats }: Found & { type: "file" }, reading: Reading): Promise<TreeFile> {
  const { root, folder, modes, hashes } = reading;
  const file = join(root, path);
  const mode = modes[path] ?? ((stats.mode & 0o100) === 0 ? 0o644 : 0o755);
  const known = hashes.known(file, stats);
  if (known !== undefined) return { path, type: "file", mode, sha256: known, size: stats.size };
  const name = folder === "" ? path : `${folder}/${path}`;
  const content = await hashFile(file, stats.size).catch((error) => failReading(name, error));
  if (content.size === stats.size) hashes.learn(file, stats, content.sha256);
  return { path, type: "file", mode, ...content };
}

function treeOf(folder: string, files: TreeFile[]): Tree {
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  let digest: string | undefined;
  return {
    folder,
    files,
    // Only what is staged needs it: keys are made from the files.
    get digest() {
      digest ??= keyOf(files as readonly (TreeFile & Record<string, string | number>)[]);
      return digest;
    },
  };
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
