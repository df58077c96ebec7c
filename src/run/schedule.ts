import PQueue from "p-queue";
import type { Task, TaskGraph } from "../graph/plan.ts";
import type { Queue } from "../task.ts";

/** A turn to judge a task or to work on it; the task with the heaviest remaining path is next. */
export type Turn = <T>(phase: "judge" | "work", work: () => Promise<T>) => Promise<T>;

/** How many tasks each queue lets run at once. A kind with a limit of its own waits in a queue of its own as well. */
export type Limits = Readonly<Record<Queue | "judge", number>> & Readonly<Record<string, number>>;

export interface Schedule {
  readonly limits: Limits;
  readonly weights: ReadonlyMap<string, number>;
  /** Does a task whose needs are done; true lets its dependants start. Must not reject. */
  perform(task: Task, turn: Turn): Promise<boolean>;
  /** Told of every task that cannot start because of another. */
  skip(task: Task, because: string): void;
}

/**
 * Performs every task of the graph after its needs, and resolves when none is left.
 *
 * Queues get ready tasks only, so they stay short. Does not deal with cancelling: `perform` knows the signal and
 * answers false at once when it is aborted.
 */
export function schedule(graph: TaskGraph, { limits, weights, perform, skip }: Schedule): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const queues = new Map<string, PQueue>();
  const waitsFor = new Map(graph.mapNodes((id) => [id, graph.inDegree(id)] as const));
  const skipped = new Set<string>();
  let left = graph.order;

  const enter = <T>(name: string, work: () => Promise<T>, priority: number): Promise<T> => {
    // What is no queue is a lock.
    const queue = queues.get(name) ?? new PQueue({ concurrency: limits[name] ?? 1 });
    queues.set(name, queue);
    return queue.add(work, { priority });
  };

  const turnOf =
    (task: Task): Turn =>
    <T>(phase: "judge" | "work", work: () => Promise<T>) => {
      const priority = Math.round(weights.get(task.id) ?? 0);
      const names = phase === "judge" ? ["judge"] : queuesOf(task, limits);
      return names.reduceRight<() => Promise<T>>((inner, name) => () => enter(name, inner, priority), work)();
    };

  const ended = () => {
    left -= 1;
    if (left === 0) resolve();
  };

  const skipBehind = (id: string, because: string) => {
    for (const next of graph.outNeighbors(id)) {
      if (skipped.has(next)) continue;
      skipped.add(next);
      skip(graph.getNodeAttribute(next, "task"), because);
      skipBehind(next, because);
      ended();
    }
  };

  const release = (id: string) => {
    for (const next of graph.outNeighbors(id)) {
      const open = (waitsFor.get(next) ?? 0) - 1;
      waitsFor.set(next, open);
      if (open === 0 && !skipped.has(next)) begin(next);
    }
  };

  const begin = (id: string) => {
    const task = graph.getNodeAttribute(id, "task");
    perform(task, turnOf(task))
      .then((done) => (done ? release(id) : skipBehind(id, id)))
      .then(ended)
      .catch(reject);
  };

  if (left === 0) resolve();
  for (const [id, open] of [...waitsFor]) if (open === 0) begin(id);
  return promise;
}

/** The queues that a task waits in, one after the other: who waits for a lock should not keep others out of a queue. */
function queuesOf({ locks, kind }: Task, limits: Limits): readonly string[] {
  const own = kind.kind in limits && kind.kind !== kind.queue ? [kind.kind] : [];
  return [...[...locks].sort(), ...own, kind.queue];
}
