import { formatGraph, type GraphFormat, graphOfTargets, graphOfTasks } from "../../src/graph/format.ts";
import { planTasks } from "../../src/graph/plan.ts";
import { selectTargets, withParents } from "../../src/graph/select.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { kindsOfAll } from "../kinds.ts";
import { loadForReading, selectionOf } from "../project.ts";
import { targetsSince } from "../since.ts";

/** Shows what is built on what: targets and their parents, or with --tasks every piece of work. */
export async function graph(context: Context, patterns: readonly string[], flags: Flags): Promise<number> {
  const project = await loadForReading(context, flags);
  const targets = selectTargets(project, selectionOf(patterns, flags, await targetsSince(context, project, flags)));
  const format = (flags.format ?? "tree") as GraphFormat;
  const wanted = { kinds: kindsOfAll(project), targets, platforms: null };
  const shown = flags.tasks ? graphOfTasks(planTasks(project, wanted)) : graphOfTargets(withParents(project, targets));
  context.print(formatGraph(shown, format));
  return 0;
}
