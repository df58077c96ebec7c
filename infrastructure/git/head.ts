import { readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";

/** What a folder's git repository has checked out; null where there is none or it does not say. */
export interface Head {
  /** Hexadecimal, of sha1 or sha256. */
  readonly commit: string | null;
  /** `main`; null when a commit and no branch is checked out. */
  readonly branch: string | null;
}

/**
 * Reads the checked out commit and branch from the files of a repository (gitrepository-layout): git itself takes
 * longer to start than an unchanged run may last. A repository with reftables does not say.
 */
export function readHead(folder: string): Head {
  const git = findRepository(folder);
  if (git === undefined) return { commit: null, branch: null };
  const head = textOf(join(git, "HEAD")) ?? "";
  const name = /^ref: (.+)$/.exec(head)?.[1];
  const branch = /^refs\/heads\/(?!\.invalid$)(.+)$/.exec(name ?? "")?.[1] ?? null;
  return { commit: name === undefined ? commitIn(head) : commitOf(name, git), branch };
}

/** The folder with HEAD: `.git`, or where a worktree's or submodule's file of that name points to. */
function findRepository(folder: string): string | undefined {
  const place = join(folder, ".git");
  const kind = statSync(place, { throwIfNoEntry: false });
  if (kind?.isDirectory()) return place;
  const pointer = kind?.isFile() ? /^gitdir: (.+)$/.exec(textOf(place) ?? "")?.[1] : undefined;
  if (pointer !== undefined) return resolve(folder, pointer);
  return dirname(folder) === folder ? undefined : findRepository(dirname(folder));
}

/** A reference as a file of its own or a line of packed-refs; those of a worktree lie in the repository it belongs to. */
function commitOf(name: string, git: string): string | null {
  const shared = textOf(join(git, "commondir")) ?? ".";
  const common = isAbsolute(shared) ? shared : join(git, shared);
  const loose = textOf(join(git, name)) ?? textOf(join(common, name));
  if (loose !== undefined) return commitIn(loose);
  const packed = textOf(join(common, "packed-refs"))?.split("\n") ?? [];
  return commitIn(packed.find((line) => line.endsWith(` ${name}`))?.split(" ")[0] ?? "");
}

function commitIn(text: string): string | null {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : null;
}

/** A file's text without its last line break; undefined when it is none that can be read. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trimEnd();
  } catch {
    return undefined;
  }
}
