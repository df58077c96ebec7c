import { lstatSync, mkdirSync, renameSync, rmSync, type Stats } from "node:fs";
import { basename, dirname, join, sep } from "node:path";

/** What lies at a path, links not followed; undefined when nothing does. */
export function lookAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** The absolute path of something below a folder. Whoever asks for what lies elsewhere is wrong. */
export function pathIn(folder: string, path: string): string {
  const absolute = join(folder, path);
  if (!absolute.startsWith(folder + sep)) throw new Error(`Internal error: ${path} is not below ${folder}`);
  return absolute;
}

/**
 * Makes a file or folder beside its final place and moves it there, so that nobody sees half of it.
 *
 * What is in the way goes: a folder at its place, or a file or link where a folder above it should be.
 */
export async function placeIn<T>(
  folder: string,
  path: string,
  make: (temporary: string) => T | Promise<T>,
): Promise<T> {
  const final = pathIn(folder, path);
  makeParents(folder, path);
  const temporary = join(dirname(final), `.${basename(final)}.${process.pid}.tmp`);
  try {
    rmSync(temporary, { recursive: true, force: true });
    const made = await make(temporary);
    if (lookAt(final)?.isDirectory()) rmSync(final, { recursive: true });
    renameSync(temporary, final);
    return made;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Whether a name is that of something a running process is about to move to its place. */
export function isBeingMade(name: string): boolean {
  const pid = /^\..+\.(\d+)\.tmp$/.exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    return process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Never through a link: it could lead out of the folder. */
function makeParents(folder: string, path: string): void {
  mkdirSync(folder, { recursive: true });
  const names = dirname(path).split("/");
  for (const [i] of names.entries()) {
    const parent = join(folder, ...names.slice(0, i + 1));
    const there = lookAt(parent);
    if (there && !there.isDirectory()) rmSync(parent);
    mkdirSync(parent, { recursive: true });
  }
}
