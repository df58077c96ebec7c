import type { Outcome, TaskName } from "../events.ts";
import type { Platform } from "../model/platform.ts";
import type { Place, Problem } from "../problem.ts";
import type { Failure, RunReport } from "./document.ts";
import type { Fact } from "./fact.ts";

/** A task of a run that has ended. */
export interface Finished {
  readonly task: TaskName;
  readonly outcome: Outcome;
}

/** What a run did, ids sorted; `at` in milliseconds since 1970. */
export function runReportOf(finished: readonly Finished[], at: number, duration: number): RunReport {
  const ids = (...states: readonly Outcome["state"][]) =>
    finished
      .filter(({ outcome }) => states.includes(outcome.state))
      .map(({ task }) => task.id)
      .sort();
  return {
    at: new Date(at).toISOString(),
    duration,
    ran: ids("ran"),
    cached: ids("cached"),
    failed: ids("failed"),
    skipped: ids("skipped", "cancelled"),
  };
}

/** Why tasks gave nothing: what was wrong with them, or which task they were behind. */
export function failuresIn(finished: readonly Finished[]): readonly Fact[] {
  const failed = finished.filter(hasNoResult);
  const own = failed.flatMap(({ task, outcome }) =>
    outcome.problems.map((problem) => factOf(task, failureOf(task, problem))),
  );
  const told = new Map(failed.map(({ task }) => [task.id, task.target]));
  const culprits = new Set(finished.flatMap(({ task, outcome }) => (outcome.state === "failed" ? [task.id] : [])));
  // That a target's own failure ended the rest of it goes without saying.
  const behind = finished.flatMap(({ task, outcome }) =>
    outcome.state === "skipped" && culprits.has(outcome.because) && told.get(outcome.because) !== task.target
      ? [{ task, because: outcome.because }]
      : [],
  );
  const groups = Map.groupBy(behind, ({ task, because }) => [task.target, task.platform, because].join(" "));
  return [...own, ...[...groups.values()].flatMap(notBegun)];
}

type FailedTask = Finished & { readonly outcome: { readonly state: "failed" } };

/** Failed tests are results. */
function hasNoResult(one: Finished): one is FailedTask {
  return one.outcome.state === "failed" && one.outcome.output === undefined;
}

function notBegun(group: readonly { readonly task: TaskName; readonly because: string }[]): readonly Fact[] {
  const [first] = group;
  if (first === undefined) return [];
  const kinds = group.map(({ task }) => task.kind);
  return [factOf(first.task, { task: first.because, message: `Not begun: ${kinds.join(", ")}`, details: [] })];
}

function factOf({ target, platform }: TaskName, failure: Failure): Fact {
  return { of: "failure", target, platform: platform as Platform | null, failure };
}

function failureOf({ id }: TaskName, { message, place, excerpt, found, wanted, log = [] }: Problem): Failure {
  const known = [place && placeOf(place), excerpt, found, wanted && `wanted: ${wanted}`];
  return { task: id, message, details: [...known.filter((detail) => detail !== undefined), ...log] };
}

function placeOf({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`;
}
