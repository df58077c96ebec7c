import type { Stats } from "node:fs";
import { keep, recall } from "./kept.ts";
import { lookAt } from "./place.ts";

/** Hashes of a project's files, known by how the files look: a file that looks as it did is not read again. */
export interface StatCache {
  /** Hexadecimal sha256 of the file at an absolute path; undefined when it has to be read. */
  known(path: string, stats: Stats): string | undefined;
  /** Takes note of what a file held that was read after it had looked so. */
  learn(path: string, stats: Stats, sha256: string): void;
  /** Keeps what was learned for the next process, if it was anything. */
  save(): void;
}

/** Size in bytes, times of the last change of content and of anything (milliseconds with fractions), inode, mode. */
export type Looks = readonly [size: number, mtime: number, ctime: number, inode: number, mode: number];

type Known = readonly [...Looks, sha256: string];

/** Raised when the form changes. */
const form = 1;

/** Milliseconds: no file system that is in use tells times less exactly. */
const coarsest = 2000;

/** What looked so long before the cache was opened that a later change shows in its times. */
export function isSettled({ mtimeMs, ctimeMs }: Stats, opened: number): boolean {
  return Math.max(mtimeMs, ctimeMs) + coarsest < opened;
}

/**
 * Opens the cache that a file holds; a damaged one counts as none.
 *
 * A file that was changed shortly before `opened` (milliseconds since 1970) or after it, by whatever clock, is never
 * remembered: another change in the same tick would leave it looking the same. Of two processes that save, the later
 * one wins; what is lost is only read again.
 */
export function openStatCache(file: string, opened: number): StatCache {
  const found = recall(file) as { readonly form?: number; readonly files?: Record<string, Known> } | undefined;
  const files = new Map<string, Known>(Object.entries((found?.form === form && found.files) || {}));
  const used = new Set<string>();
  let changed = false;
  return {
    known: (path, stats) => {
      const known = files.get(path);
      if (known === undefined || !looksOf(stats).every((value, i) => value === known[i])) return undefined;
      used.add(path);
      return known[5];
    },
    learn: (path, stats, sha256) => {
      if (!isSettled(stats, opened)) return;
      files.set(path, [...looksOf(stats), sha256]);
      used.add(path);
      changed = true;
    },
    save: () => {
      if (!changed) return;
      const left = [...files].filter(([path]) => used.has(path) || lookAt(path) !== undefined);
      keep(file, { form, files: Object.fromEntries(left) });
      changed = false;
    },
  };
}

/** For whoever has no cache: every file has to be read. */
export const noStatCache: StatCache = { known: () => undefined, learn: () => {}, save: () => {} };

/** What a file or folder is known by. */
export function looksOf({ size, mtimeMs, ctimeMs, ino, mode }: Stats): Looks {
  return [size, mtimeMs, ctimeMs, ino, mode];
}
