import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { sweep } from "../../infrastructure/files/sweep.ts";
import { createReportFolder } from "../../infrastructure/report/folder.ts";
import { clear } from "../../infrastructure/store/clear.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { projectFolder } from "../project.ts";

/** Removes what can be made again: targets and reports in dist/, and with --all this machine's store. Registries stay. */
export async function clean(context: Context, _: readonly string[], flags: Flags): Promise<number> {
  const { cache } = context.environment.folders;
  const dist = join(projectFolder(context, flags), "dist");
  const targets = sweep(dist, []).map((path) => join(dist, path));
  const reports = createReportFolder(dist).remove();
  if (existsSync(dist) && readdirSync(dist).length === 0) rmdirSync(dist);
  const store = flags.all ? await clear(cache) : [];
  const removed = [...targets, ...reports, ...store];
  context.print(removed.length === 0 ? "Nothing to remove" : `Removed ${removed.join(", ")}`);
  return 0;
}
