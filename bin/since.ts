import { join } from "node:path";
import type { PlannedProject } from "../src/task.ts";
import type { Context } from "./context.ts";
import type { Flags } from "./flags.ts";
import { projectFolder } from "./project.ts";

/** The ids of targets that differ from the commit that `--since` names, and of what is built on them; null without it. */
export async function targetsSince(
  context: Context,
  project: PlannedProject,
  flags: Pick<Flags, "since" | "config">,
): Promise<ReadonlySet<string> | null> {
  if (flags.since === undefined) return null;
  const { makeScratch } = await import("../infrastructure/process/scratch.ts");
  await using scratch = await makeScratch(join(context.environment.folders.cache, "tmp"));
  const { versionAt, versionIn } = await import("./version-at.ts");
  const { affectedTargets } = await import("../src/run/affected.ts");
  const { kinds } = await import("../tasks/mod.ts");
  const before = await versionAt(context, { ref: flags.since, flags, into: scratch.path });
  const now = versionIn(projectFolder(context, flags), project);
  return await affectedTargets(before, now, kinds, context.signal);
}
