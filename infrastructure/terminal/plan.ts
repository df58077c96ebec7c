import type { Foreseen } from "../../src/run/foresee.ts";
import { hasSeveralPlatforms, subjectOf } from "./label.ts";
import { count, oneLine, table } from "./text.ts";

/** What would run, what may, and why; a line counts the rest. No final newline. */
export function formatPlan(foreseen: readonly Foreseen[]): string {
  const open = foreseen.filter(({ state }) => state !== "cached");
  // What is up to date is most of the plan, mostly, and says nothing.
  const rest = foreseen.length - open.length;
  if (open.length === 0) return `${count(rest, "task")}: all up to date`;
  const several = hasSeveralPlatforms(foreseen);
  const rows = open.map((task) => [
    task.state,
    task.kind,
    subjectOf(task),
    ...(several ? [task.platform ?? ""] : []),
    oneLine(task.reason),
  ]);
  const more = rest === 0 ? [] : [`${rest} more ${rest === 1 ? "is" : "are"} up to date`];
  return [...table(rows), ...more].join("\n");
}
