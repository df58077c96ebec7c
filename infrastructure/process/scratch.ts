import { readlinkSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

const day = 24 * 60 * 60 * 1000;

/** Folders that were swept by this process: once is enough. */
const swept = new Set<string>();

/** A folder that is removed when it is disposed of. */
export interface Scratch extends AsyncDisposable {
  readonly path: string;
}

/** A new folder for unfinished work. What killed processes left in the parent is removed. */
export async function makeScratch(parent: string): Promise<Scratch> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  if (!swept.has(parent)) {
    swept.add(parent);
    await sweep(parent);
  }
  const path = await mkdtemp(join(parent, `${pidNamespace()}-${process.pid}-`));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Whether a process that is alive has a folder in the parent. */
export async function isOccupied(parent: string): Promise<boolean> {
  for (const name of await readdir(parent).catch(() => [])) if (!(await isLeft(parent, name))) return true;
  return false;
}

async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (await isLeft(parent, name)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

/** A process of another container that shares the parent looks dead from here: its folders go when they are a day old. */
async function isLeft(parent: string, name: string): Promise<boolean> {
  const here = pidNamespace();
  const [namespace, pid] = name.split("-");
  return namespace === here && here !== "0" ? !runs(Number(pid)) : await isOld(join(parent, name));
}

/** What tells the process ids of one container from another's; `0` where there is no such thing. */
function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
  } catch {
    return "0";
  }
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Math.max(found.mtimeMs, found.birthtimeMs) < Date.now() - day;
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
