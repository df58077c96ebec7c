import { availableParallelism } from "node:os";
import { suggestion } from "../src/config/describe.ts";
import type { Project } from "../src/model/target.ts";
import { ImagesError, type Problem } from "../src/problem.ts";
import type { RunOptions } from "../src/run/runner.ts";
import type { Limits } from "../src/run/schedule.ts";
import { kinds } from "../tasks/mod.ts";
import type { Flags } from "./flags.ts";

/**
 * How many tasks of each queue run at once. Judging is mostly waiting for small answers, so many at a time. Tests wait
 * for their commands, of which no more run than builds would; a listing of packages takes a processor and memory.
 */
export function limitsOf({ limits }: Pick<Project, "limits">, { jobs }: Pick<Flags, "jobs">): Limits {
  const processors = availableParallelism();
  const usual = {
    judge: 32,
    render: 8,
    build: Math.max(4, processors),
    test: Math.min(8, Math.max(2, processors)),
    network: 8,
  };
  return { ...usual, ...limits, ...(jobs === undefined ? {} : { build: jobs }) };
}

/** How many tasks a run does at once, and how often one that failed is tried again. */
export function paceOf(project: Pick<Project, "limits" | "retry">, flags: Flags): Pick<RunOptions, "limits" | "retry"> {
  return { limits: limitsOf(project, flags), retry: project.retry };
}

/**
 * Refuses names in `limits` and `retry` that are no queue and no kind: `src` does not know which kinds there are.
 *
 * @throws ImagesError `unknown-kind`
 */
export function checkPace({ limits, retry }: Pick<Project, "limits" | "retry">): void {
  const names = kinds.map(({ kind }) => kind);
  const queues = kinds.map(({ queue }) => queue);
  const problems = [
    ...unknown("limits", limits, [...new Set([...queues, ...names])]),
    ...unknown("retry", retry, names),
  ];
  if (problems.length > 0) throw new ImagesError(problems);
}

function unknown(setting: string, values: object, known: readonly string[]): readonly Problem[] {
  const wrong = Object.keys(values).filter((name) => !known.includes(name));
  return wrong.map((name) => ({
    code: "unknown-kind",
    kind: "config",
    path: `${setting}.${name}`,
    message: `Cannot use ${setting}.${name}: there is no such kind of task`,
    found: JSON.stringify(name),
    wanted: known.join(", "),
    ...suggestion(name, known),
  }));
}
