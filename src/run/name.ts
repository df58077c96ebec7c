import type { TaskName } from "../events.ts";
import type { Task } from "../graph/plan.ts";

/** How events and entries name a task. */
export function nameOf({ id, kind, target, platform }: Task): TaskName {
  return { id, kind: kind.kind, target: target.id, platform };
}
