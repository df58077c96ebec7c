import { planTasks } from "../../src/graph/plan.ts";
import { foresee } from "../../src/run/foresee.ts";
import type { AnyKind } from "../../src/task.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { kindsOfAll } from "../kinds.ts";
import { limitsOf } from "../limits.ts";
import { noticesTo } from "../reporter.ts";
import { openSession, type Session, wantedOf } from "../session.ts";

/** What `all` would do. Exits 1 with --exit-code when something would run. */
export async function plan(context: Context, patterns: readonly string[], flags: Flags): Promise<number> {
  await using session = await openSession(context, { ...flags, dryRun: true });
  return await planKinds(context, session, kindsOfAll(session.project), patterns, flags);
}

/** The plan of any kinds, as text or as one JSON object. */
export async function planKinds(
  context: Context,
  session: Session,
  kinds: readonly AnyKind[],
  patterns: readonly string[],
  flags: Flags,
): Promise<number> {
  session.listen(noticesTo(context.printError));
  const graph = planTasks(session.project, wantedOf(session, kinds, patterns, flags));
  const force = Boolean(flags.force) || flags.cache === false;
  const limits = limitsOf(session.project, flags);
  const { tasks } = await foresee(graph, session.world, { limits, force, signal: context.signal });
  if (flags.json) context.print(JSON.stringify({ tasks }, null, 2));
  else context.print((await import("../../infrastructure/terminal/plan.ts")).formatPlan(tasks));
  return flags.exitCode && tasks.some(({ state }) => state !== "cached") ? 1 : 0;
}
