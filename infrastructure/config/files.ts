import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ProjectFiles } from "../../src/config/files.ts";

/** The project's files on disk, each looked at once. */
export interface DiskFiles extends ProjectFiles {
  /** Every path that was asked for, whether it is there or not: what the outcome depends on. */
  looked(): readonly string[];
  /** The files whose text was read. */
  texts(): readonly string[];
}

/** Gives the files below a folder. */
export function diskFiles(root: string): DiskFiles {
  const kinds = new Map<string, "file" | "folder" | undefined>();
  const texts = new Map<string, string>();
  const kindOf = (path: string): "file" | "folder" | undefined => {
    if (!kinds.has(path)) kinds.set(path, look(join(root, path)));
    return kinds.get(path);
  };
  const textOf = (path: string): string => {
    const text = texts.get(path) ?? readFileSync(join(root, path), "utf8");
    texts.set(path, text);
    return text;
  };
  return {
    exists: (path) => kindOf(path) !== undefined,
    folder: (path) => kindOf(path) === "folder",
    read: textOf,
    looked: () => [...kinds.keys()].sort(),
    texts: () => [...texts.keys()].sort(),
  };
}

function look(path: string): "file" | "folder" | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() ? "folder" : stat === undefined ? undefined : "file";
}
