import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ProjectFiles } from "../../src/config/files.ts";

/** The project's files on disk, each looked at once. */
export interface DiskFiles extends ProjectFiles {
  /** Every path that was asked for and what was there: what the outcome depends on. */
  looked(): ReadonlyMap<string, Kind>;
  /** The files whose text was read. */
  texts(): readonly string[];
}

/** What lies at a path; null: nothing. */
export type Kind = "file" | "folder" | null;

/** Gives the files below a folder. */
export function diskFiles(root: string): DiskFiles {
  const kinds = new Map<string, Kind>();
  const texts = new Map<string, string>();
  const kindOf = (path: string): Kind => {
    const kind = kinds.has(path) ? (kinds.get(path) ?? null) : look(join(root, path));
    kinds.set(path, kind);
    return kind;
  };
  const textOf = (path: string): string => {
    const text = texts.get(path) ?? readFileSync(join(root, path), "utf8");
    texts.set(path, text);
    return text;
  };
  return {
    exists: (path) => kindOf(path) !== null,
    folder: (path) => kindOf(path) === "folder",
    read: textOf,
    looked: () => kinds,
    texts: () => [...texts.keys()].sort(),
  };
}

function look(path: string): Kind {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() ? "folder" : stat === undefined ? null : "file";
}
