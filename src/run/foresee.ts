import type { TaskName } from "../events.ts";
import type { TaskGraph } from "../graph/plan.ts";
import type { Json } from "../json.ts";
import { type ExamineOptions, examine, type Finding } from "./examine.ts";
import { nameOf } from "./name.ts";
import type { World } from "./world.ts";

/** What a run would do with a task, and why. */
export interface Foreseen extends TaskName, Pick<Finding, "state" | "reason" | "differences"> {
  /** Ids of tasks. */
  readonly needs: readonly string[];
}

/** What a run would do, and what is done already. */
export interface Forecast {
  readonly tasks: readonly Foreseen[];
  /** Outputs of the tasks that are done, by task id. */
  readonly outputs: ReadonlyMap<string, Json>;
}

/** What a run would do. Throws as `examine` does. */
export async function foresee(graph: TaskGraph, world: World, options: ExamineOptions): Promise<Forecast> {
  const { findings, outputs } = await examine(graph, world, options);
  const tasks = graph.mapNodes((id, { task }) => {
    const { state, reason, differences } = findings.get(id) ?? unseen;
    return { ...nameOf(task), state, reason, differences, needs: graph.inNeighbors(id) };
  });
  return { tasks, outputs };
}

/** Never shown: whatever keeps a task from being looked at is thrown. */
const unseen = { state: "undecided", reason: "", differences: [] } as const;
