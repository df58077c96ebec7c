import { chmodSync, constants, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import PQueue from "p-queue";
import type { Tree, TreeFile } from "../../src/input.ts";
import { fail } from "../../src/problem.ts";
import { hashFile, hashOf, readSmall } from "./hash.ts";
import { createPause } from "./pause.ts";
import { failReading, reading } from "./walk.ts";

type RegularFile = Extract<TreeFile, { type: "file" }>;

/** Files from this size in bytes on are copied by other threads; for smaller ones that takes longer than to copy them. */
const copiedBeside = 256 * 1024;

/** Copies a tree's files into a folder that exists and checks each of them. Their times are those of the copy. */
export async function copyTree(tree: Tree | null, project: string, destination: string): Promise<void> {
  const files = tree?.files ?? [];
  const pause = createPause();
  const placeOf = ({ path }: TreeFile): Place => ({
    from: join(project, tree?.folder ?? "", path),
    to: join(destination, path),
    name: `${tree?.folder}/${path}`,
  });
  for (const file of files) {
    await pause();
    const place = placeOf(file);
    if (file.type === "folder") makeFolder(place.to, file.mode);
    else if (file.type === "link") symlinkSync(file.to, place.to);
    else if (file.size < copiedBeside) finish(file, place, copySmall(place));
  }
  const others = files.filter((file) => file.type === "file").filter(({ size }) => size >= copiedBeside);
  await allOf(others.map((file) => async () => finish(file, placeOf(file), await copyLarge(file, placeOf(file)))));
}

interface Place {
  readonly from: string;
  readonly to: string;
  /** For messages: relative to the project. */
  readonly name: string;
}

function finish(file: RegularFile, { to, name }: Place, sha256: string): void {
  if (sha256 !== file.sha256) changed(name);
  chmodSync(to, file.mode);
}

function copySmall({ from, to, name }: Place): string {
  const bytes = reading(name, () => readSmall(from));
  writeFileSync(to, bytes);
  return hashOf(bytes);
}

/** Shares the blocks where the file system can. What counts is the copy: the file may change while it is copied. */
async function copyLarge({ size }: RegularFile, { from, to, name }: Place): Promise<string> {
  await copyFile(from, to, constants.COPYFILE_FICLONE).catch((error) => failReading(name, error));
  return (await hashFile(to, size)).sha256;
}

/** Some at once; when one fails, all that were begun have ended before that is told. */
async function allOf(works: readonly (() => Promise<void>)[]): Promise<void> {
  const queue = new PQueue({ concurrency: 4 });
  const ends = await Promise.allSettled(works.map((work) => queue.add(work)));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/** Makes a folder with its parents. Its mode is not left to the creating call: the umask would take rights away. */
export function makeFolder(path: string, mode = 0o755): string {
  if (mkdirSync(path, { recursive: true }) !== undefined) chmodSync(path, mode);
  return path;
}

function changed(name: string): never {
  const message = `Cannot stage ${name}: it changed while it was being read`;
  return fail({ code: "file-changed", kind: "task", message, fix: "Run again" });
}
