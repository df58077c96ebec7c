import { type Dirent, readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Environment } from "../../src/config/define.ts";
import { sha256 } from "../../src/graph/key.ts";
import type { Project } from "../../src/model/target.ts";
import { hashOf } from "../files/hash.ts";
import { keep, recall } from "../files/kept.ts";
import { isSettled, type Looks, looksOf, type StatCache } from "../files/stat-cache.ts";
import type { Kind } from "./files.ts";
import type { LoadedProject, LoadRequest } from "./load.ts";

// A module of its own, so that a project that is remembered is had without what resolves one: zod, templates, YAML.

/** Where a resolved configuration is remembered, and what it takes to know it again. */
export interface Memory {
  readonly file: string;
  /** This tool, its version and the runtime: another may resolve in another way. */
  readonly tool: string;
  readonly hashes: StatCache;
}

/** What a resolved configuration is remembered as. */
interface Remembered {
  /** Of the tool, the platform and what was asked for. */
  readonly identity: string;
  /** Hashes of what was read from the environment: it may be secret. */
  readonly environment: Readonly<Record<string, string | null>>;
  /** What was looked for, by absolute folder. */
  readonly folders: Readonly<Record<string, Folder>>;
  /** Hashes of files by absolute path. */
  readonly texts: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly project: Project;
}

/** A folder that something was looked for in. */
interface Folder {
  /** As long as the folder looks so, the same names are in it; null: it has to be listed. */
  readonly looks: Looks | null;
  readonly names: Readonly<Record<string, Kind>>;
}

/** The project as it was resolved before; undefined when anything that it depends on is not as it was then. */
export function recallProject(
  request: LoadRequest,
  memory: Memory,
): Pick<LoadedProject, "project" | "files"> | undefined {
  const remembered = recall(memory.file) as Remembered | undefined;
  if (remembered?.identity !== identityOf(request, memory)) return undefined;
  const { environment, folders, texts, files, project } = remembered;
  const same =
    Object.entries(environment).every(([name, hash]) => hashOfValue(request.environment, name) === hash) &&
    Object.entries(texts).every(([path, hash]) => hashAt(path, memory.hashes) === hash) &&
    Object.entries(folders).every(([path, folder]) => isSame(path, folder));
  return same ? { project, files } : undefined;
}

/**
 * Remembers a project that was loaded, unless it may have read what nobody can know of, or a file behind it was
 * changed shortly before `began` (milliseconds since 1970), when loading it began: what was read might be older.
 */
export function rememberProject(request: LoadRequest, memory: Memory, loaded: LoadedProject, began: number): void {
  const { reads, environment, files, project } = loaded;
  if (reads === null || !reads.texts.every((path) => isOld(path, began))) return;
  const remembered: Remembered = {
    identity: identityOf(request, memory),
    environment: Object.fromEntries(Object.keys(environment).map((name) => [name, hashOfValue(environment, name)])),
    folders: foldersOf(resolve(request.folder), reads.looked, began),
    texts: Object.fromEntries(reads.texts.map((path) => [path, hashAt(path, memory.hashes) ?? ""])),
    files,
    project,
  };
  keep(memory.file, remembered);
}

function identityOf({ folder, config, platform }: LoadRequest, { tool }: Memory): string {
  return sha256(JSON.stringify([2, resolve(folder), config ?? null, platform, tool]));
}

function hashOfValue(environment: Environment, name: string): string | null {
  const value = environment[name];
  return value === undefined ? null : sha256(value);
}

function isOld(path: string, began: number): boolean {
  const stats = fileAt(path);
  return stats !== undefined && isSettled(stats, began);
}

function hashAt(path: string, hashes: StatCache): string | undefined {
  const stats = fileAt(path);
  if (stats === undefined) return undefined;
  const known = hashes.known(path, stats);
  if (known !== undefined) return known;
  const sha256 = hashOf(readFileSync(path));
  hashes.learn(path, stats, sha256);
  return sha256;
}

/** Through links: what counts is the text. */
function fileAt(path: string): Stats | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? stats : undefined;
}

function foldersOf(root: string, looked: ReadonlyMap<string, Kind>, began: number): Remembered["folders"] {
  const folders: Record<string, Record<string, Kind>> = {};
  for (const [path, kind] of looked) {
    const folder = dirname(join(root, path));
    folders[folder] ??= {};
    folders[folder][basename(path)] = kind;
  }
  return Object.fromEntries(
    Object.entries(folders).map(([path, names]) => [path, { looks: lastingLooks(path, names, began), names }]),
  );
}

/** Whatever comes, goes or is renamed in a folder changes its times; what a link in it leads to does not. */
function lastingLooks(path: string, names: Folder["names"], began: number): Looks | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  const linked = listed(path).some((entry) => entry.name in names && entry.isSymbolicLink());
  return stats === undefined || linked || !isSettled(stats, began) ? null : looksOf(stats);
}

function isSame(path: string, { looks, names }: Folder): boolean {
  const stats = looks && statSync(path, { throwIfNoEntry: false });
  if (looks && stats && looksOf(stats).every((value, i) => value === looks[i])) return true;
  const there = new Map(listed(path).map((entry) => [entry.name, entry]));
  return Object.entries(names).every(([name, kind]) => kindOf(there.get(name), join(path, name)) === kind);
}

function listed(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function kindOf(entry: Dirent | undefined, path: string): Kind {
  if (entry === undefined) return null;
  const found = entry.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : entry;
  if (found === undefined) return null;
  return found.isDirectory() ? "folder" : "file";
}
