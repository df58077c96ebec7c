import type { Task } from "../graph/plan.ts";
import type { Json } from "../json.ts";
import type { Dockerfile } from "../model/target.ts";
import { declaredBy } from "../run/reason.ts";
import { type Comparison, compare, type Difference } from "./differences.ts";
import type { Source } from "./facts.ts";

/** Compares a task as it is now with what was made before. Lines of a Dockerfile are those of the file as written. */
export function changesSince(before: Source, task: Task, material: Json): Comparison {
  const { differences, same } = compare(before, { material, declared: declaredBy(task) });
  return { differences: differences.map((difference) => asWritten(difference, task.target.dockerfile)), same };
}

/** `Dockerfile line 3`, of what was rendered, is `images/node/Dockerfile.jinja2 line 2`. */
function asWritten(difference: Difference, { source, lines }: Dockerfile): Difference {
  const [, rendered] = / line (\d+)$/.exec(difference.name) ?? [];
  if (difference.sort !== "dockerfile" || rendered === undefined || source === null) return difference;
  const line = lines[Number(rendered) - 1] ?? 0;
  // 0: a line that this tool has put in, such as the COPY of an overlay.
  return line === 0 ? difference : { ...difference, name: `${source} line ${line}` };
}
