import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Locks } from "../../src/ports.ts";
import { startTime } from "./start-time.ts";

/**
 * Locks between the processes of one machine: in one folder an empty file per process and name that it claims.
 *
 * A claim is made first and then the others' are looked for, and only who finds none holds the lock: of two that
 * claim at once at least one sees the other. A claim's name is never used again, so anyone may remove a dead one.
 * Calls are synchronous: a build takes several locks, and each promise would cost ten times what the call does.
 */
export function createLocks(folder: string): Locks {
  return {
    hold: async (name, waiting, signal) => {
      const claim = await newClaim(name);
      const withdraw = () => rmSync(join(folder, claim), { force: true });
      try {
        await settle(folder, claim, waiting, signal);
      } catch (error) {
        withdraw();
        throw error;
      }
      return { [Symbol.asyncDispose]: async () => withdraw() };
    },
  };
}

async function settle(folder: string, claim: string, waiting: () => void, signal: AbortSignal): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let told = false;
  for (let pause = 5; ; pause = Math.min(pause * 2, 50)) {
    signal.throwIfAborted();
    if (await claims(folder, claim)) return;
    if (!told) waiting();
    told = true;
    await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal });
  }
}

/** One try. Of several that wait the oldest keeps its claim and the others step back, so that somebody gets on. */
async function claims(folder: string, claim: string): Promise<boolean> {
  const older = (others: readonly string[]) => others.some((other) => other < claim);
  if (!older(await others(folder, claim))) {
    writeFileSync(join(folder, claim), "");
    const rest = await others(folder, claim);
    if (rest.length === 0) return true;
    if (!older(rest)) return false;
  }
  rmSync(join(folder, claim), { force: true });
  return false;
}

/** Claims of other live processes on the same name; dead ones are removed on the way. */
async function others(folder: string, claim: string): Promise<readonly string[]> {
  const name = claim.slice(0, claim.indexOf("_") + 1);
  const found = readdirSync(folder).filter((other) => other.startsWith(name) && other !== claim);
  const judged = await Promise.all(found.map(async (other) => ({ other, live: await isLive(other) })));
  for (const { other, live } of judged) if (!live) rmSync(join(folder, other), { force: true });
  return judged.filter(({ live }) => live).map(({ other }) => other);
}

async function isLive(claim: string): Promise<boolean> {
  const [, , pid, started] = claim.split("_");
  return started !== undefined && (await startTime(Number(pid))) === started;
}

/** Claims on one name sort by age: `NAME_TIME_PID_START_RANDOM`. */
async function newClaim(name: string): Promise<string> {
  const hash = createHash("sha256").update(name).digest("hex");
  const age = Date.now().toString().padStart(15, "0");
  return [hash, age, process.pid, await startTime(process.pid), randomBytes(4).toString("hex")].join("_");
}
