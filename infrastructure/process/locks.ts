import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Locks } from "../../src/ports.ts";
import { startTime } from "./start-time.ts";

/**
 * Locks between the processes of one machine: a folder per name, in it an empty file per process that claims it.
 *
 * A claim is made first and then the others' are looked for, and only who finds none holds the lock: of two that
 * claim at once at least one sees the other. A claim's name is never used again, so anyone may remove a dead one.
 * Calls are synchronous: a build takes several locks, and each promise would cost ten times what the call does.
 */
export function createLocks(folder: string): Locks {
  return {
    hold: async (name, waiting, signal) => {
      const place = join(folder, createHash("sha256").update(name).digest("hex"));
      const claim = await newClaim();
      try {
        await settle(place, claim, waiting, signal);
      } catch (error) {
        withdraw(place, claim);
        throw error;
      }
      return { [Symbol.asyncDispose]: async () => withdraw(place, claim) };
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
    write(place, claim);
    const rest = await others(place, claim);
    if (rest.length === 0) return true;
    if (!older(rest)) return false;
  }
  withdraw(place, claim);
  return false;
}

/** Claims of other live processes; dead ones are removed on the way. */
async function others(place: string, claim: string): Promise<readonly string[]> {
  const found = unlessMissing(() => readdirSync(place)) ?? [];
  const lives = found.filter((other) => other !== claim).map(async (other) => ({ other, live: await isLive(other) }));
  const judged = await Promise.all(lives);
  for (const { other, live } of judged) if (!live) rmSync(join(place, other), { force: true });
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

function write(place: string, claim: string): void {
  const made = () => {
    mkdirSync(place, { recursive: true, mode: 0o700 });
    writeFileSync(join(place, claim), "");
    return true;
  };
  // The folder may go at any moment, when another process releases the lock.
  for (let tries = 0; tries < 20; tries += 1) if (unlessMissing(made)) return;
  made();
}

function withdraw(place: string, claim: string): void {
  rmSync(join(place, claim), { force: true });
  try {
    rmdirSync(place);
  } catch {
    // Others claim the lock, or nobody ever did.
  }
}

function unlessMissing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}
