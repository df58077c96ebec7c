import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Locks } from "../../src/ports.ts";
import { startTime } from "./start-time.ts";

/**
 * Locks between the processes of one machine: a folder per name, in it an empty file per process that claims it.
 *
 * A claim is made first and then the others' are looked for, and only who finds none holds the lock: of two that
 * claim at once at least one sees the other. A claim's name is never used again, so anyone may remove a dead one.
 */
export function createLocks(folder: string): Locks {
  return {
    hold: async (name, waiting, signal) => {
      const place = join(folder, createHash("sha256").update(name).digest("hex"));
      const claim = await newClaim();
      const release = () => withdraw(place, claim);
      try {
        await settle(place, claim, waiting, signal);
      } catch (error) {
        await release();
        throw error;
      }
      return { [Symbol.asyncDispose]: release };
    },
  };
}

async function settle(place: string, claim: string, waiting: () => void, signal: AbortSignal): Promise<void> {
  let told = false;
  for (let pause = 5; ; pause = Math.min(pause * 2, 50)) {
    signal.throwIfAborted();
    if (await claims(place, claim)) return;
    if (!told) waiting();
    told = true;
    await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal });
  }
}

/** One try. Of several that wait the oldest keeps its claim and the others step back, so that somebody gets on. */
async function claims(place: string, claim: string): Promise<boolean> {
  const older = (others: readonly string[]) => others.some((other) => other < claim);
  if (!older(await others(place, claim))) {
    await write(place, claim);
    const rest = await others(place, claim);
    if (rest.length === 0) return true;
    if (!older(rest)) return false;
  }
  await withdraw(place, claim);
  return false;
}

/** Claims of other live processes; dead ones are removed on the way. */
async function others(place: string, claim: string): Promise<readonly string[]> {
  const found = await readdir(place).catch((error) => (isMissing(error) ? [] : Promise.reject(error)));
  const lives = found.filter((other) => other !== claim).map(async (other) => ({ other, live: await isLive(other) }));
  const judged = await Promise.all(lives);
  await Promise.all(judged.filter(({ live }) => !live).map(({ other }) => rm(join(place, other), { force: true })));
  return judged.filter(({ live }) => live).map(({ other }) => other);
}

async function isLive(claim: string): Promise<boolean> {
  const [, pid, started] = claim.split("_");
  return started !== undefined && (await startTime(Number(pid))) === started;
}

/** Sorts by age: `TIME_PID_START_RANDOM`. */
async function newClaim(): Promise<string> {
  const age = Date.now().toString().padStart(15, "0");
  return [age, process.pid, await startTime(process.pid), randomBytes(4).toString("hex")].join("_");
}

async function write(place: string, claim: string): Promise<void> {
  // The folder may go at any moment, when another process releases the lock.
  for (let tries = 0; ; tries += 1) {
    try {
      await mkdir(place, { recursive: true, mode: 0o700 });
      return await writeFile(join(place, claim), "");
    } catch (error) {
      if (!isMissing(error) || tries === 20) throw error;
    }
  }
}

async function withdraw(place: string, claim: string): Promise<void> {
  await rm(join(place, claim), { force: true });
  // Fails while others claim the lock, which is as it should be.
  await rmdir(place).catch(() => {});
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
