import type { TaskName } from "../events.ts";
import type { TaskGraph } from "../graph/plan.ts";
import { type ExamineOptions, examine, type Finding } from "./examine.ts";
import { nameOf } from "./name.ts";
import type { World } from "./world.ts";

/** What a run would do with a task, and why. */
export interface Foreseen extends TaskName, Pick<Finding, "state" | "reason" | "differences"> {
  /** Ids of tasks. */
  readonly needs: readonly string[];
}

/** What a run would do. Throws as `examine` does. */
export async function foresee(graph: TaskGraph, world: World, options: ExamineOptions): Promise<readonly Foreseen[]> {
  const findings = await examine(graph, world, options);
  return graph.mapNodes((id, { task }) => {
    const { state, reason, differences } = findings.get(id) ?? unseen;
    return { ...nameOf(task), state, reason, differences, needs: graph.inNeighbors(id) };
  });
}

/** Never shown: whatever keeps a task from being looked at is thrown. */
const unseen = { state: "undecided", reason: "", differences: [] } as const;
