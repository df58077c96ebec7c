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

/** A process of another container that shares the parent looks dead from here: its folders go when they are a day old. */
async function sweep(parent: string): Promise<void> {
  const here = pidNamespace();
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const [namespace, pid] = name.split("-");
    const left = namespace === here && here !== "0" ? !runs(Number(pid)) : await isOld(path);
    if (left) await rm(path, { recursive: true, force: true });
  }
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
