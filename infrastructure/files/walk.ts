import { type Dirent, lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";
import { fail } from "../../src/problem.ts";
import { createIgnore, type Verdict } from "./ignore.ts";

/** Something below a folder, before its content is read. `path` is relative to the folder. */
export type Found =
  | { readonly type: "file"; readonly path: string; readonly stats: Stats }
  | { readonly type: "link"; readonly path: string; readonly to: string }
  | { readonly type: "folder"; readonly path: string };

/** What folders hold, by absolute path: tasks that read one folder in their own ways share a walk. */
export type Listings = Map<string, readonly Dirent[]>;

/**
 * Everything below an absolute folder that the patterns of a `.dockerignore` let through, in one walk, unsorted.
 *
 * Folders are listed when they are let through or hold something that is. `name` is the folder's name for messages.
 * Throws ImagesError `file-changed` when something vanishes meanwhile, `unsupported-file` for a socket or device.
 */
export function walk(
  folder: string,
  patterns: readonly string[],
  name: string,
  listings: Listings = new Map(),
): readonly Found[] {
  const ignore = createIgnore(patterns);
  const found: Found[] = [];
  const visit = (parent: string, above: Verdict | undefined): void => {
    for (const entry of reading(`${name}/${parent}`, () => listed(join(folder, parent), listings))) {
      const path = parent === "" ? entry.name : `${parent}/${entry.name}`;
      const verdict = ignore.judge(path, above);
      if (verdict.ignored && !(entry.isDirectory() && ignore.mayHold(path))) continue;
      const before = found.length;
      if (entry.isDirectory()) visit(path, verdict);
      if (verdict.ignored && found.length === before) continue;
      found.push(reading(`${name}/${path}`, () => describe(join(folder, path), path, `${name}/${path}`)));
    }
  };
  visit("", undefined);
  return found;
}

function listed(folder: string, listings: Listings): readonly Dirent[] {
  const entries = listings.get(folder) ?? readdirSync(folder, { withFileTypes: true });
  listings.set(folder, entries);
  return entries;
}

function describe(file: string, path: string, name: string): Found {
  const stats = lstatSync(file);
  if (stats.isDirectory()) return { type: "folder", path };
  if (stats.isSymbolicLink()) return { type: "link", path, to: readlinkSync(file) };
  if (stats.isFile()) return { type: "file", path, stats };
  return fail({
    code: "unsupported-file",
    kind: "config",
    message: `Cannot put ${name} into an image: it is ${kindOf(stats)}`,
    fix: "Remove it, or leave it out in .dockerignore",
  });
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) return "a socket";
  return stats.isFIFO() ? "a pipe" : "a device";
}

/** Does something with a file of the project, and tells in the project's words when that cannot be done. */
export function reading<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    return failReading(name, error);
  }
}

/** Throws what a failed read of a project's file means: it went away, or it may not be read. */
export function failReading(name: string, error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") {
    const message = `Cannot read ${name}: it vanished while the files around it were being read`;
    return fail({ code: "file-changed", kind: "task", message, fix: "Run again" });
  }
  if (code !== "EACCES" && code !== "EPERM") throw error;
  const fix = "Make it readable, or leave it out in .dockerignore";
  return fail({ code: "file-unreadable", kind: "config", message: `Cannot read ${name}: permission denied`, fix });
}
