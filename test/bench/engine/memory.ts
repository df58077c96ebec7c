import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Surroundings } from "../measure.ts";

/** The most memory that a command had at once, in bytes, as Linux counts it for its process; children are not in it. */
export async function peakMemory(command: readonly string[], { cwd, env }: Surroundings): Promise<number> {
  const [program = "", ...rest] = command;
  const child = spawn(program, rest, { cwd, env, stdio: "ignore" });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentPeak(child.pid ?? 0));
  }, 2);
  await new Promise((resolve) => child.once("exit", resolve));
  clearInterval(timer);
  return peak;
}

function residentPeak(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
