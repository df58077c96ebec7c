import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Listener } from "../../src/events.ts";
import { planTasks, type TaskGraph } from "../../src/graph/plan.ts";
import type { Json } from "../../src/json.ts";
import { durationsIn, type RunResult, run } from "../../src/run/run.ts";
import type { AnyKind } from "../../src/task.ts";
import { kinds } from "../../tasks/mod.ts";
import type { PushOutput } from "../../tasks/push.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { distantPlaces, kindsNamed, kindsOfAll } from "../kinds.ts";
import { paceOf } from "../limits.ts";
import { beginRecord } from "../record.ts";
import { reportFilesOf } from "../report-files.ts";
import { createReporter } from "../reporter.ts";
import { collected, writeReports } from "../reports.ts";
import { openSession, type Session, wantedOf } from "../session.ts";
import { statusOf } from "../status.ts";
import { tellUntested } from "../untested.ts";
import { planKinds } from "./plan.ts";

/** A kind's own verb: that kind and what it needs. */
export async function runKind(
  context: Context,
  name: string,
  patterns: readonly string[],
  flags: Flags,
): Promise<number> {
  await using session = await openSession(context, flags);
  if (name === "test") tellUntested(wantedOf(session, [], patterns, flags).targets, session.notice);
  const archives = name === "build" && session.project.archive ? ["archive"] : [];
  return await runKinds(context, session, kindsNamed([name, ...archives]), patterns, flags);
}

/** Every kind that makes up a release. Publishing to a registry elsewhere takes the verb `push`. */
export async function runAll(context: Context, patterns: readonly string[], flags: Flags): Promise<number> {
  await using session = await openSession(context, flags);
  const left = distantPlaces(session.project);
  if (left.length > 0) session.notice(`Not published: 'image-manager push' publishes to ${left.join(", ")}`);
  return await runKinds(context, session, kindsOfAll(session.project), patterns, flags);
}

async function runKinds(
  context: Context,
  session: Session,
  chosen: readonly AnyKind[],
  patterns: readonly string[],
  flags: Flags,
): Promise<number> {
  const files = reportFilesOf(flags, context.folder);
  if (flags.dryRun) return planKinds(context, session, chosen, patterns, flags);
  const graph = planTasks(session.project, wantedOf(session, chosen, patterns, flags));
  session.checkSecrets(graph);
  const { listener, finished } = collected();
  const result = await runRecorded(context, session, graph, flags, listener);
  if (chosen.some(({ kind }) => kind === "render")) await sweep(session);
  if (files.length > 0 || chosen.some(({ kind }) => reported.has(kind)))
    await writeReports(context, session, flags, { finished, duration: result.summary.duration, files });
  if (flags.digests) await writeDigests(resolve(context.folder, flags.digests), result);
  return statusOf(result.summary.problems);
}

/** Runs the graph as flags say, shows it and keeps its record. */
export async function runRecorded(
  context: Context,
  session: Session,
  graph: TaskGraph,
  flags: Flags,
  also: Listener = () => {},
): Promise<RunResult> {
  const reporter = await createReporter(context, flags, graph, durationsIn(await session.world.history.load()));
  using keeper = await beginRecord(context, session, flags);
  session.listen((event) => {
    also(event);
    reporter(event);
    keeper.take(event);
  });
  const result = await run(graph, session.world, {
    ...paceOf(session.project, flags),
    force: Boolean(flags.force) || flags.cache === false,
    failFast: Boolean(flags.failFast),
    signal: context.signal,
  });
  if (flags.summary && !flags.json) await printStatistics(context, result);
  return result;
}

async function printStatistics({ print }: Context, { summary }: RunResult): Promise<void> {
  const { formatStatistics } = await import("../../infrastructure/terminal/statistics.ts");
  print(formatStatistics(summary));
}

/** Kinds that find out something about images; of what only writes to dist/ there is nothing to report. */
const reported: ReadonlySet<string> = new Set(["build", "test", "sbom", "manifest", "push"]);

/** Whatever no task of the whole project owns any more goes, in one step. */
export async function sweep({ project, world }: Session): Promise<void> {
  const everything = planTasks(project, { kinds, targets: project.targets, platforms: null });
  await world.ports.dist.sweep(everything.mapNodes((_, { task }) => task.owns).flat());
}

/** `{ "localhost:5050/node:24": "sha256:…" }`, for the next step of a pipeline. */
async function writeDigests(file: string, { outputs }: RunResult): Promise<void> {
  const digests: Record<string, string> = {};
  for (const output of outputs.values()) {
    if (!isPush(output)) continue;
    for (const { reference } of output.tags) digests[reference] = output.digest;
  }
  const sorted = Object.fromEntries(Object.entries(digests).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(file, `${JSON.stringify(sorted, null, 2)}\n`);
}

function isPush(output: Json): output is Json & PushOutput {
  return output !== null && typeof output === "object" && "tags" in output && "digest" in output;
}
