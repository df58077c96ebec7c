import type { Task, TaskGraph } from "./plan.ts";

/**
 * The tasks, every need before its dependants; among equals in the order they were planned.
 *
 * The planner adds needs before dependants, so the order of the nodes is one already.
 */
export function inOrder(graph: TaskGraph): readonly Task[] {
  return graph.mapNodes((_, { task }) => task);
}

/**
 * For each task the milliseconds from its start to the end of the run, were it alone on the machine: its own
 * duration and the heaviest way behind it. A task that never ran counts as much as others of its kind mostly do.
 */
export function remainingPath(
  graph: TaskGraph,
  durations: Readonly<Record<string, number>>,
): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  let usual: ReadonlyMap<string, number> | undefined;
  for (const { id, kind } of inOrder(graph).toReversed()) {
    const behind = graph.mapOutNeighbors(id, (dependant) => weights.get(dependant) ?? 0);
    // Looked for only where something is unknown: mostly nothing is.
    if (durations[id] === undefined) usual ??= usualDurations(durations);
    const own = durations[id] ?? usual?.get(kind.kind) ?? 1;
    weights.set(id, own + behind.reduce((most, weight) => Math.max(most, weight), 0));
  }
  return weights;
}

/** The median by kind, which is the first word of an id. */
function usualDurations(durations: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  const byKind = Map.groupBy(Object.entries(durations), ([id]) => id.slice(0, id.indexOf(" ")));
  return new Map(
    [...byKind].map(([kind, known]) => {
      const sorted = known.map(([, duration]) => duration).sort((a, b) => a - b);
      return [kind, sorted[Math.floor(sorted.length / 2)] ?? 1];
    }),
  );
}

/** The chain of needs that took longest, first to last, given what each task took. */
export function longestChain(
  graph: TaskGraph,
  durations: ReadonlyMap<string, number>,
): readonly { readonly id: string; readonly duration: number }[] {
  const best = new Map<string, { total: number; before: string | undefined }>();
  let last: string | undefined;
  for (const { id } of inOrder(graph)) {
    const duration = durations.get(id);
    if (duration === undefined) continue;
    const before = heaviest(graph.inNeighbors(id), best);
    const total = duration + (before === undefined ? 0 : (best.get(before)?.total ?? 0));
    best.set(id, { total, before });
    if (last === undefined || total > (best.get(last)?.total ?? 0)) last = id;
  }
  const chain: { id: string; duration: number }[] = [];
  for (let id = last; id !== undefined; id = best.get(id)?.before)
    chain.unshift({ id, duration: durations.get(id) ?? 0 });
  return chain;
}

function heaviest(ids: readonly string[], best: ReadonlyMap<string, { total: number }>): string | undefined {
  let found: string | undefined;
  for (const id of ids) {
    if (best.has(id) && (found === undefined || (best.get(id)?.total ?? 0) > (best.get(found)?.total ?? 0))) found = id;
  }
  return found;
}
