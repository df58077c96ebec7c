import type { Made } from "../entry.ts";
import type { TaskName } from "../events.ts";
import type { Task, TaskGraph } from "../graph/plan.ts";
import type { Past, Store, Stored } from "../ports.ts";
import { type ExamineOptions, examine, type Finding } from "../run/examine.ts";
import { nameOf } from "../run/name.ts";
import { declaredBy } from "../run/reason.ts";
import type { World } from "../run/world.ts";
import { compare, type Difference } from "./differences.ts";
import { type Fact, factsOf } from "./facts.ts";

/** Whether a task would run, why, and what is known of the last time that it did. */
export interface Explanation extends TaskName, Pick<Finding, "state" | "reason"> {
  /** Whether it is compared with the world each time, and never remembered. */
  readonly compared: boolean;
  /** Of what it is now; null while undecided, and for what is compared. */
  readonly key: string | null;
  /** This very work if it is done, else what was made last; null: nothing is remembered. */
  readonly last: Making | null;
  /** Since the task was last seen. */
  readonly differences: readonly Difference[];
  readonly same: readonly Fact[];
}

/** Who made what is remembered, and which store has it. */
export interface Making extends Made {
  readonly key: string;
  readonly store: string;
}

/** Explains the tasks of a graph that `chosen` admits. Throws as `examine` does. */
export async function explain(
  graph: TaskGraph,
  world: World,
  chosen: (task: Task) => boolean,
  options: Omit<ExamineOptions, "force">,
): Promise<readonly Explanation[]> {
  const findings = await examine(graph, world, { ...options, force: false });
  const past = await world.history.load();
  const tasks = graph.mapNodes((_, { task }) => task).filter(chosen);
  return await Promise.all(tasks.map((task) => explanationOf(task, findings, past[task.id], world.store)));
}

async function explanationOf(
  task: Task,
  findings: ReadonlyMap<string, Finding>,
  past: Past | undefined,
  store: Store,
): Promise<Explanation> {
  const finding = findings.get(task.id);
  if (!finding) throw new Error(`Internal error: ${task.id} was not looked at`);
  const { state, verdict } = finding;
  const before = past?.key == null ? undefined : await store.get(past.key);
  const common = { ...nameOf(task), state, reason: causeOf(finding, findings), compared: "compare" in task.kind };
  if (verdict === null) return { ...common, key: null, last: makingOf(before), differences: [], same: [] };
  if (verdict.state === "cached") {
    const now = verdict.stored;
    return { ...common, key: now?.entry.key ?? null, last: makingOf(now), ...changes(before, now?.entry) };
  }
  const last = verdict.stored ?? before;
  const now = verdict.key === null ? undefined : { material: verdict.material, declared: declaredBy(task) };
  return { ...common, key: verdict.key, last: makingOf(last), ...changes(last, now) };
}

function changes(
  before: Stored | null | undefined,
  now: Parameters<typeof factsOf>[0] | undefined,
): Pick<Explanation, "differences" | "same"> {
  if (!now) return { differences: [], same: [] };
  return before ? compare(before.entry, now) : { differences: [], same: factsOf(now) };
}

function makingOf(stored: Stored | null | undefined): Making | null {
  return stored ? { key: stored.entry.key, store: stored.store, ...stored.entry.made } : null;
}

/** What is undecided is so because of a task that runs: that one's reason says more than the tasks between. */
function causeOf({ reason, behind }: Finding, findings: ReadonlyMap<string, Finding>): string {
  if (behind === null) return reason;
  let [id, cause] = [behind, findings.get(behind)];
  while (cause && cause.behind !== null) [id, cause] = [cause.behind, findings.get(cause.behind)];
  return `behind ${id}, which would run: ${cause?.reason ?? ""}`;
}
