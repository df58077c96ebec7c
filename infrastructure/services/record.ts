import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "../../src/json.ts";
import { fail } from "../../src/problem.ts";
import { makeOwnFolder } from "../process/folder.ts";
import { startTime } from "../process/start-time.ts";
import type { ServiceMode } from "./service.ts";

/** What is remembered of a daemon that was started. */
export interface DaemonRecord {
  /** Leader of the daemon's process group. */
  readonly pid: number;
  /** With the pid it names the process for good. */
  readonly startTime: string;
  readonly address: string;
  readonly mode: ServiceMode;
  readonly version: string;
  /** What it was started with; decides whether it will do. */
  readonly settings: Json;
  /** ISO 8601. */
  readonly since: string;
}

/** The record of a daemon that still runs; a stale or torn one reads as undefined. */
export async function readRecord(runtime: string, name: string): Promise<DaemonRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(fileOf(runtime, name), "utf8")) as DaemonRecord;
    return (await isAlive(record)) ? record : undefined;
  } catch {
    return undefined;
  }
}

export async function isAlive({ pid, startTime: started }: DaemonRecord): Promise<boolean> {
  return (await startTime(pid)) === started;
}

export async function writeRecord(runtime: string, name: string, record: DaemonRecord): Promise<void> {
  const file = fileOf(runtime, name);
  await mkdir(join(runtime, "services"), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function removeRecord(runtime: string, name: string): Promise<void> {
  await rm(fileOf(runtime, name), { force: true });
}

function fileOf(runtime: string, name: string): string {
  return join(runtime, "services", `${name}.json`);
}

/**
 * Makes a folder that only this user can enter. Who could enter it could build as root.
 *
 * @throws ImagesError `folder-not-ours` when it belongs to somebody else, `folder-unwritable`
 */
export async function makePrivate(folder: string): Promise<void> {
  makeOwnFolder(folder, "XDG_RUNTIME_DIR");
  const { uid, mode } = await stat(folder);
  if (uid !== process.getuid?.()) {
    const fix = "Set XDG_RUNTIME_DIR to a folder of your own";
    fail({
      code: "folder-not-ours",
      kind: "service",
      message: `Cannot use ${folder}: it belongs to another user`,
      fix,
    });
  }
  if (mode & 0o077) await chmod(folder, 0o700);
}
