import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

const day = 24 * 60 * 60 * 1000;

/** Folders that were swept by this process: once is enough. */
const swept = new Set<string>();

/** A folder that is removed when it is disposed of. */
export interface Scratch extends AsyncDisposable {
  readonly path: string;
}

/**
 * A new folder for unfinished work. What killed processes left is removed after a day: a process of another container
 * that shares the parent looks dead from here, but does not work that long.
 */
export async function makeScratch(parent: string): Promise<Scratch> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  if (!swept.has(parent)) {
    swept.add(parent);
    await sweep(parent);
  }
  const path = await mkdtemp(join(parent, `${process.pid}-`));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const old = await stat(path).then(
      ({ mtimeMs, birthtimeMs }) => Math.max(mtimeMs, birthtimeMs) < Date.now() - day,
      () => false,
    );
    if (old && !runs(Number.parseInt(name, 10))) await rm(path, { recursive: true, force: true });
  }
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
