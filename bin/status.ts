import { exitStatus, type Problem } from "../src/problem.ts";

/** The exit status for problems: a missing service explains the rest, so it goes first. */
export function statusOf(problems: readonly Problem[]): number {
  const found = new Set(problems.map(({ kind }) => kind));
  const first = (["service", "config", "usage", "task", "test"] as const).find((kind) => found.has(kind));
  return first === undefined ? 0 : exitStatus[first];
}
