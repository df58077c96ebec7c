import { lutimesSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../src/graph/key.ts";
import { run } from "../process/run.ts";

/** 1980-01-01 in seconds: SOURCE_DATE_EPOCH, so that what a step of a build remembers of a file's time stays true. */
const second = 315_532_800;

/**
 * Gives a folder and everything below it, links included, one time that is made from `content`.
 *
 * BuildKit's daemon compares the directories that clients send under one name by path, size, mode and time only, so
 * different directories must differ in their times (docs/decisions/007-staged-times.md).
 */
export async function stampTimes(folder: string, content: string): Promise<void> {
  const time = timeOf(content);
  for (const name of readdirSync(folder, { recursive: true }) as string[]) lutimesSync(join(folder, name), time, time);
  lutimesSync(folder, time, time);
  const nanoseconds = Math.floor((time - second) * 1e9);
  const kept = Number(statSync(folder, { bigint: true }).mtimeNs % 1_000_000_000n);
  if (Math.abs(kept - nanoseconds) > 1) await touch(folder, nanoseconds);
}

/** A time in seconds with 24 bits of the content's hash below the second: as many as a double has room for there. */
function timeOf(content: string): number {
  return second + Number.parseInt(sha256(content).slice(0, 6), 16) / 2 ** 24;
}

/** For Deno, which keeps milliseconds only: a thousand different times would not be enough. */
async function touch(folder: string, nanoseconds: number): Promise<void> {
  const time = `1980-01-01T00:00:00.${String(nanoseconds).padStart(9, "0")}Z`;
  const { code, stderr } = await run(["find", folder, "-exec", "touch", "-h", "-d", time, "{}", "+"]);
  if (code !== 0) throw new Error(`Cannot set the times of ${folder}: ${stderr.trim()}`);
}
