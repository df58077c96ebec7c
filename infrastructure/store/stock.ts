import { readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import type { Blob, Entry } from "../../src/entry.ts";

/** A file of the local cache. */
export interface Stocked {
  readonly path: string;
  /** Its hexadecimal key or sha256; null for what is neither, such as a file that was never finished. */
  readonly name: string | null;
  /** Bytes. */
  readonly size: number;
  /** When it was last used, as far as that is remembered: milliseconds since 1970. */
  readonly used: number;
}

/** Everything in the folder of entries or blobs. Whatever goes while it is listed is not in the list. */
export function stockOf(folder: string, kind: "entries" | "blobs"): readonly Stocked[] {
  return namesIn(join(folder, kind)).flatMap((shelf) =>
    namesIn(join(folder, kind, shelf)).flatMap((rest) => {
      const name = shelf + rest;
      return stocked(join(folder, kind, shelf, rest), /^[0-9a-f]{64}$/.test(name) ? name : null);
    }),
  );
}

/** All files below a folder that has no form of its own. */
export function filesBelow(folder: string): readonly Stocked[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    return lookAt(path)?.isDirectory() ? filesBelow(path) : stocked(path, null);
  });
}

/** The blobs that an entry names, also one that a later version of this tool wrote; none where it is damaged. */
export function blobsNamedIn({ path }: Stocked): readonly Blob[] {
  const { blobs } = partsOf(path);
  return Array.isArray(blobs) ? blobs : [];
}

/** The task whose work an entry is: `build node:24.11.0 linux/amd64`. */
export function taskNamedIn({ path }: Stocked): string {
  return partsOf(path).task?.id ?? "a damaged entry";
}

function partsOf(path: string): Partial<Entry> {
  try {
    const text = readFileSync(path, "utf8");
    return Object(JSON.parse(text.slice(text.indexOf("\n") + 1)));
  } catch {
    return {};
  }
}

function stocked(path: string, name: string | null): readonly Stocked[] {
  const found = lookAt(path);
  return found?.isFile() ? [{ path, name, size: found.size, used: found.mtimeMs }] : [];
}

function lookAt(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (/^(ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}
