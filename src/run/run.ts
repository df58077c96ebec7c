import type { Summary } from "../events.ts";
import { inOrder, remainingPath } from "../graph/order.ts";
import type { TaskGraph } from "../graph/plan.ts";
import type { Json } from "../json.ts";
import type { Past } from "../ports.ts";
import { Memory } from "./memory.ts";
import { Runner, type RunOptions } from "./runner.ts";
import { schedule } from "./schedule.ts";
import type { World } from "./world.ts";

export interface RunResult {
  readonly summary: Summary;
  /** Outputs of all tasks that are done, by task id. */
  readonly outputs: ReadonlyMap<string, Json>;
}

/** Does every task of the graph that is not done yet. Failures are events and part of the summary, never thrown. */
export async function run(graph: TaskGraph, world: World, options: RunOptions): Promise<RunResult> {
  const started = world.clock.now();
  const before = await world.history.load();
  const kinds = [...new Set(inOrder(graph).map((task) => task.kind.kind))];
  world.emit({ type: "run-started", tasks: graph.order, kinds });
  const memory = new Memory(before);
  const runner = new Runner(world, options, memory);
  await schedule(graph, {
    limits: options.limits,
    weights: remainingPath(graph, durationsIn(before)),
    ...runner.handlers,
  });
  await world.store.settle();
  await memory.save(world.history);
  const summary = runner.tally.summary(graph, world.clock.now() - started);
  world.emit(summary);
  return { summary, outputs: runner.outputs };
}

/** What tasks took before, by id. */
export function durationsIn(history: Readonly<Record<string, Past>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(history).map(([id, { duration }]) => [id, duration]));
}
