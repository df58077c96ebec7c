import type { Task, TaskGraph } from "../graph/plan.ts";
import type { Json } from "../json.ts";
import type { Ports } from "../ports.ts";
import { judge, opened, type Verdict } from "./judge.ts";
import { type Reason, reasonOf } from "./reason.ts";
import { type Limits, schedule } from "./schedule.ts";
import type { World } from "./world.ts";

/** What can be said of a task before a run. */
export interface Finding extends Reason {
  /** `undecided`: behind a task that would run and may give the same again. */
  readonly state: "run" | "cached" | "undecided";
  /** Id of the needed task that it is undecided for; null otherwise. */
  readonly behind: string | null;
  /** Null while undecided. */
  readonly verdict: Verdict | null;
}

export interface ExamineOptions {
  readonly limits: Limits;
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/** Findings and, of what is done, outputs, both by task id. */
export interface Examination {
  readonly findings: ReadonlyMap<string, Finding>;
  readonly outputs: ReadonlyMap<string, Json>;
}

/**
 * Judges every task as a run would and does none of them.
 *
 * @throws ImagesError when an input cannot be resolved or a service cannot be reached
 */
export async function examine(graph: TaskGraph, world: World, options: ExamineOptions): Promise<Examination> {
  const past = await world.history.load();
  const outputs = new Map<string, Json>();
  const findings = new Map<string, Finding>();
  const errors: unknown[] = [];

  const look = async (task: Task): Promise<Finding> => {
    const behind = graph.inNeighbors(task.id).find((need) => !outputs.has(need));
    if (behind !== undefined) return undecided(behind);
    const ports = { ...world.ports, target: task.target, report: () => {} };
    const verdict = await judge(task, { world, ports, outputs, force: options.force, signal: options.signal });
    if (verdict.state === "run") return await found(task, verdict, ports);
    outputs.set(task.id, verdict.output);
    return { state: "cached", behind: null, reason: "up to date", differences: [], verdict };
  };

  const found = async (task: Task, verdict: Verdict & { state: "run" }, ports: Ports): Promise<Finding> => {
    const copied = await copiedFrom(task, verdict, ports, options.signal);
    if (copied) outputs.set(task.id, copied.output);
    const reason = await reasonOf(task, verdict, world.store, past[task.id]);
    const instead = copied ? { reason: `would be copied from ${copied.from}` } : {};
    return { state: "run", behind: null, ...reason, ...instead, verdict };
  };

  await schedule(graph, {
    limits: options.limits,
    weights: new Map(),
    perform: (task, turn) =>
      turn("judge", async () => findings.set(task.id, await look(task))).then(
        () => true,
        (error) => errors.push(error) < 0,
      ),
    skip: () => {},
  });
  if (errors.length > 0) throw errors[0];
  return { findings, outputs };
}

function undecided(behind: string): Finding {
  return { state: "undecided", behind, reason: `behind ${behind}`, differences: [], verdict: null };
}

/** Remembered work of which something is gone, and where that can still be had: what it gives is then known. */
async function copiedFrom(task: Task, verdict: Verdict, ports: Ports, signal: AbortSignal) {
  if (verdict.state === "cached" || verdict.stored === undefined) return null;
  const { output, made } = verdict.stored.entry;
  const from = (await opened(task).source?.(output, task.spec, made, ports, signal)) ?? null;
  return from === null ? null : { output, from };
}
