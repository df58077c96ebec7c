import { availableParallelism } from "node:os";
import type { Limits } from "../src/run/schedule.ts";

/**
 * How many tasks of each queue run at once. Judging is mostly waiting for small answers, so many at a time. Tests wait
 * for their commands, of which no more run than builds would; a listing of packages takes a processor and memory.
 */
export function limitsFor(jobs: number | undefined): Limits {
  const processors = availableParallelism();
  const builds = jobs ?? Math.max(4, processors);
  return { judge: 32, render: 8, build: builds, test: Math.min(8, Math.max(2, processors)), network: 8 };
}
