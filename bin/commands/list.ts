import { parentsOf, selectTargets } from "../../src/graph/select.ts";
import type { Target } from "../../src/model/target.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { loadForReading, selectionOf } from "../project.ts";
import { targetsSince } from "../since.ts";

/** Lists targets, as text or as one JSON object. */
export async function list(context: Context, patterns: readonly string[], flags: Flags): Promise<number> {
  const project = await loadForReading(context, flags);
  const targets = selectTargets(project, selectionOf(patterns, flags, await targetsSince(context, project, flags)));
  if (flags.json) context.print(JSON.stringify({ targets: targets.map(described) }, null, 2));
  else context.print((await import("../../infrastructure/terminal/list.ts")).formatList(targets));
  return 0;
}

function described(target: Target) {
  const { id, image, tag, variant, platforms, aliases } = target;
  return {
    target: id,
    image,
    tag,
    variant,
    platforms,
    aliases: aliases.map(({ name }) => name),
    parents: parentsOf(target),
  };
}
