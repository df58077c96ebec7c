import { formatTargets, formatTasks, type GraphFormat } from "../../src/graph/format.ts";
import { planTasks } from "../../src/graph/plan.ts";
import { selectTargets } from "../../src/graph/select.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { loadForReading, selectionOf } from "../session.ts";
import { kindsOfAll } from "./run.ts";

/** Shows what is built on what: targets, or with --tasks every piece of work. */
export async function graph(context: Context, patterns: readonly string[], flags: Flags): Promise<number> {
  const project = await loadForReading(context, flags);
  const targets = selectTargets(project, selectionOf(patterns, flags));
  const format = (flags.format ?? "tree") as GraphFormat;
  if (!flags.tasks) context.print(formatTargets(targets, format));
  else
    context.print(
      formatTasks(planTasks(project, { kinds: kindsOfAll({ project }), targets, platforms: null }), format),
    );
  return 0;
}
