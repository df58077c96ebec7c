import { keyOf } from "../graph/key.ts";
import type { Task, TaskGraph } from "../graph/plan.ts";
import type { Json } from "../json.ts";
import { problemsOf } from "../problem.ts";
import { type OpenKind, opened } from "../run/judge.ts";
import type { AnyKind } from "../task.ts";

/** What came of work that failed, by task id, and from which inputs: with the same it would fail again. */
export type Failures = Map<string, Failure>;

interface Failure {
  /** Of the spec and everything that was given. */
  readonly key: string;
  /** Fails in the same way at once: throws again, or gives the output whose result is wrong. */
  readonly again: () => Promise<Json>;
}

/**
 * The graph with kinds that do not repeat a failure while its inputs are the same.
 *
 * A missing service is no failure of the work, and is asked for again each time.
 */
export function withoutRepeats(graph: TaskGraph, failures: Failures): TaskGraph {
  const copy = graph.copy() as TaskGraph;
  copy.updateEachNodeAttributes((_, { task }) => ({ task: { ...task, kind: remembering(task, failures) } }));
  return copy;
}

function remembering(task: Task, failures: Failures): AnyKind {
  const kind = opened(task);
  const run: OpenKind["run"] = async (spec, given, ports, signal) => {
    const key = keyOf([spec, plain(given)]);
    const before = failures.get(task.id);
    if (before?.key === key) return await before.again();
    failures.delete(task.id);
    const output = await kind.run(spec, given, ports, signal).catch((error: unknown) => {
      if (isFailure(error, signal)) failures.set(task.id, { key, again: () => Promise.reject(error) });
      throw error;
    });
    if (isWrong(task, output)) failures.set(task.id, { key, again: () => Promise.resolve(output) });
    return output;
  };
  return { ...task.kind, run } as unknown as AnyKind;
}

function isFailure(error: unknown, signal: AbortSignal): boolean {
  return !signal.aborted && problemsOf(error).every(({ kind }) => kind !== "service");
}

function isWrong(task: Task, output: Json): boolean {
  return (opened(task).failures?.(output, task.spec, task.target) ?? []).length > 0;
}

/** Inputs and outputs are plain data; what is absent in them has no place in JSON. */
function plain(given: object): Json {
  return JSON.parse(JSON.stringify(given)) as Json;
}
