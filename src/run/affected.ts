import { materialOf } from "../graph/key.ts";
import { planTasks, type Task, type TaskGraph } from "../graph/plan.ts";
import { withDependants } from "../graph/select.ts";
import { canonical } from "../json.ts";
import type { Inputs } from "../ports.ts";
import { ImagesError } from "../problem.ts";
import type { AnyKind, PlannedProject } from "../task.ts";
import { resolveInputs } from "./judge.ts";

/** A project at one time, and its inputs as they were then. */
export interface Version {
  readonly project: PlannedProject;
  readonly inputs: Inputs;
}

/**
 * The ids of targets for which any task is declared or fed otherwise than before, and of those that are built on them.
 *
 * What needs gave is left out: what differs there differs at the parent, which is then among the targets itself.
 */
export async function affectedTargets(
  before: Version,
  now: Version,
  kinds: readonly AnyKind[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const [old, current] = [workOf(before, kinds), workOf(now, kinds)];
  const changed = new Set<string>();
  for (const [id, tasks] of current) {
    const was = await textOf(old.get(id) ?? [], before.inputs, signal).catch(unlessTold);
    const is = await textOf(tasks, now.inputs, signal);
    if (was !== is) changed.add(id);
  }
  return withDependants(now.project.targets, changed);
}

/** Tasks by the target that they are for. */
function workOf({ project }: Version, kinds: readonly AnyKind[]): ReadonlyMap<string, readonly Task[]> {
  const graph: TaskGraph = planTasks(project, { kinds, targets: project.targets, platforms: null });
  return Map.groupBy(
    graph.mapNodes((_, { task }) => task),
    ({ target }) => target.id,
  );
}

/** Everything that decides what tasks give, but for the outputs of others. */
async function textOf(tasks: readonly Task[], inputs: Inputs, signal: AbortSignal): Promise<string> {
  const parts: string[] = [];
  for (const task of tasks) {
    const { identities } = await resolveInputs(task, inputs, signal);
    parts.push(canonical([task.id, materialOf(task, identities, task.needs)]));
  }
  return parts.sort().join("\n");
}

/** An input that was not there before is another one now. */
function unlessTold(error: unknown): null {
  if (error instanceof ImagesError) return null;
  throw error;
}
