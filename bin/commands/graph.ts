import { formatGraph, type GraphFormat, graphOfTargets, graphOfTasks } from "../../src/graph/format.ts";
import { planTasks } from "../../src/graph/plan.ts";
import { selectTargets } from "../../src/graph/select.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { kindsOfAll } from "../kinds.ts";
import { loadForReading, selectionOf } from "../project.ts";

/** Shows what is built on what: targets, or with --tasks every piece of work. */
export async function graph(context: Context, patterns: readonly string[], flags: Flags): Promise<number> {
  const project = await loadForReading(context, flags);
  const targets = selectTargets(project, selectionOf(patterns, flags));
  const format = (flags.format ?? "tree") as GraphFormat;
  const wanted = { kinds: kindsOfAll(project), targets, platforms: null };
  context.print(formatGraph(flags.tasks ? graphOfTasks(planTasks(project, wanted)) : graphOfTargets(targets), format));
  return 0;
}
