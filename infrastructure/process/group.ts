import { setTimeout as sleep } from "node:timers/promises";
import { groupRuns } from "./proc.ts";

/** The process groups started here that have not ended, by the id of their leader. */
const running = new Set<number>();

/** Remembers a group so that nothing of it outlives this process; call `forget` once its leader has ended. */
export function track(leader: number): void {
  if (running.size === 0) process.once("exit", killAll);
  running.add(leader);
}

/** Ends what a group's leader left behind and forgets the group. */
export function forget(leader: number): void {
  if (!running.delete(leader)) return;
  signalGroup(leader, "SIGKILL");
  if (running.size === 0) process.off("exit", killAll);
}

/** Kills every group that is still running, at once; safe in an exit handler. */
export function killAll(): void {
  for (const leader of running) signalGroup(leader, "SIGKILL");
}

/** Asks a group to end (SIGTERM), kills it after `grace` milliseconds, and returns when nothing of it is left. */
export async function killGroup(leader: number, grace = 5000): Promise<void> {
  signalGroup(leader, "SIGTERM");
  if (await groupEnds(leader, grace)) return;
  signalGroup(leader, "SIGKILL");
  await groupEnds(leader, 2000);
}

/** Sends a signal (0: none, only asks) to a group; false when there is no such group. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

async function groupEnds(leader: number, within: number): Promise<boolean> {
  const end = performance.now() + within;
  for (let pause = 2; signalGroup(leader, 0) && groupRuns(leader); pause = Math.min(pause * 2, 50)) {
    if (performance.now() > end) return false;
    await sleep(pause);
  }
  return true;
}
