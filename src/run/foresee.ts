import type { Task, TaskGraph } from "../graph/plan.ts";
import type { Json } from "../json.ts";
import type { Ports } from "../ports.ts";
import { judge, opened, type Verdict } from "./judge.ts";
import { nameOf } from "./run.ts";
import { type Limits, schedule } from "./schedule.ts";
import type { World } from "./world.ts";

/** What a run would do with a task. `undecided`: behind a task that would run and may give the same again. */
export interface Foreseen {
  readonly id: string;
  readonly kind: string;
  readonly target: string;
  readonly platform: string | null;
  readonly state: "run" | "cached" | "undecided";
  readonly reason: string;
  readonly needs: readonly string[];
}

/**
 * Judges every task as a run would and does none of them.
 *
 * @throws ImagesError when an input cannot be resolved or a service cannot be reached
 */
export async function foresee(
  graph: TaskGraph,
  world: World,
  options: { readonly limits: Limits; readonly force: boolean; readonly signal: AbortSignal },
): Promise<readonly Foreseen[]> {
  const outputs = new Map<string, Json>();
  const verdicts = new Map<string, Pick<Foreseen, "state" | "reason">>();
  const errors: unknown[] = [];

  const look = async (task: Task): Promise<void> => {
    const behind = needsOf(graph, task).find((need) => !outputs.has(need));
    if (behind !== undefined) return void verdicts.set(task.id, { state: "undecided", reason: `behind ${behind}` });
    const ports = { ...world.ports, target: task.target, report: () => {} };
    const verdict = await judge(task, { world, ports, outputs, force: options.force, signal: options.signal });
    const copied = await copiedFrom(task, verdict, ports, options.signal);
    if (verdict.state === "cached") outputs.set(task.id, verdict.output);
    if (copied) outputs.set(task.id, copied.output);
    verdicts.set(
      task.id,
      verdict.state === "cached"
        ? { state: "cached", reason: "up to date" }
        : { state: "run", reason: copied ? `would be copied from ${copied.from}` : verdict.reason },
    );
  };

  await schedule(graph, {
    limits: options.limits,
    weights: new Map(),
    perform: (task, turn) =>
      turn("judge", () => look(task)).then(
        () => true,
        (error) => errors.push(error) < 0,
      ),
    skip: () => {},
  });
  if (errors.length > 0) throw errors[0];
  return graph.mapNodes((id, { task }) => ({
    ...nameOf(task),
    ...(verdicts.get(id) ?? { state: "undecided", reason: "" }),
    needs: needsOf(graph, task),
  }));
}

/** Remembered work of which something is gone, and where that can still be had: what it gives is then known. */
async function copiedFrom(task: Task, verdict: Verdict, ports: Ports, signal: AbortSignal) {
  if (verdict.state === "cached" || verdict.stored === undefined) return null;
  const { output, made } = verdict.stored.entry;
  const from = (await opened(task).source?.(output, task.spec, made, ports, signal)) ?? null;
  return from === null ? null : { output, from };
}

function needsOf(graph: TaskGraph, task: Task): readonly string[] {
  return graph.inNeighbors(task.id);
}
