import type { Made } from "../entry.ts";
import type { TaskName } from "../events.ts";
import type { Task, TaskGraph } from "../graph/plan.ts";
import type { Past, Store, Stored } from "../ports.ts";
import { type ExamineOptions, examine, type Finding } from "../run/examine.ts";
import type { Verdict } from "../run/judge.ts";
import { nameOf } from "../run/name.ts";
import { declaredBy } from "../run/reason.ts";
import type { World } from "../run/world.ts";
import { type Comparison, compare } from "./differences.ts";
import { factsOf, type Source } from "./facts.ts";
import { changesSince } from "./since.ts";

/** Whether a task would run, why, what is known of the last time that it did, and what differs since then. */
export interface Explanation extends TaskName, Comparison, Pick<Finding, "state" | "reason"> {
  /** Whether it is compared with the world each time, and never remembered. */
  readonly compared: boolean;
  /** Of what it is now; null while undecided, and for what is compared. */
  readonly key: string | null;
  /** This very work if it is done, else what was made last; null: nothing is remembered. */
  readonly last: Making | null;
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
  const { findings } = await examine(graph, world, { ...options, force: false });
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
  if (verdict === null) return { ...common, key: null, last: makingOf(before), ...unknown };
  const done = verdict.state === "cached";
  const key = done ? (verdict.stored?.entry.key ?? null) : verdict.key;
  const last = verdict.stored ?? (done ? undefined : before);
  return { ...common, key, last: makingOf(last), ...changesOf(task, verdict, before) };
}

/** What is done is compared with what the task was the last time somebody asked: a branch that one has come back to. */
function changesOf(task: Task, verdict: Verdict, before: Stored | undefined): Comparison {
  if (verdict.state === "cached") {
    const now = verdict.stored?.entry;
    if (now === undefined) return unknown;
    return before ? compare(before.entry, now) : madeOf(now);
  }
  const { key, material } = verdict;
  if (key === null) return unknown;
  const last = verdict.stored ?? before;
  return last ? changesSince(last.entry, task, material) : madeOf({ material, declared: declaredBy(task) });
}

/** Of what has nothing to be compared with, everything counts as the same. */
function madeOf(source: Source): Comparison {
  return { differences: [], same: factsOf(source) };
}

const unknown: Comparison = { differences: [], same: [] };

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
