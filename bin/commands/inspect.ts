import { planTasks } from "../../src/graph/plan.ts";
import { selectPlatforms } from "../../src/graph/select.ts";
import { foresee } from "../../src/run/foresee.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { inspected, knownOf } from "../inspection.ts";
import { kindsNamed } from "../kinds.ts";
import { limitsOf } from "../limits.ts";
import { projectFolder } from "../project.ts";
import { noticesTo } from "../reporter.ts";
import { openSession, wantedOf } from "../session.ts";

/** Says what is known of targets and does nothing. What is not built of the sources as they are is told so. */
export async function inspect(context: Context, patterns: readonly string[], flags: Flags): Promise<number> {
  await using session = await openSession(context, { ...flags, dryRun: true });
  session.listen(noticesTo(context.printError));
  const { project, world } = session;
  const kinds = kindsNamed(["build", "test", "sbom", "manifest"]);
  const { targets } = wantedOf(session, kinds, patterns, flags);
  const platforms = selectPlatforms(targets, flags.platform ?? []);
  // An index needs the builds on all platforms, however few are shown.
  const graph = planTasks(project, { kinds, targets, platforms: null });
  const options = { limits: limitsOf(project, flags), force: false, signal: context.signal };
  const forecast = await foresee(graph, world, options);
  const known = await knownOf(forecast, session, projectFolder(context, flags));
  const look = { world, forecast, known, platforms, signal: context.signal };
  const found = await Promise.all(targets.map((target) => inspected(target, look)));
  if (flags.json) context.print(JSON.stringify({ targets: found }, null, 2));
  else {
    const { formatInspections } = await import("../../infrastructure/terminal/inspect.ts");
    context.print(formatInspections(found, context.environment));
  }
  return 0;
}
