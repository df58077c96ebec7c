import type { Event, Outcome, TaskName } from "../../src/events.ts";
import type { Problem } from "../../src/problem.ts";
import type { Mode } from "../../src/watch/machine.ts";
import { subjectOf } from "./label.ts";
import { formatDetails } from "./problems.ts";
import { count, duration, listed } from "./text.ts";
import type { Colors } from "./wording.ts";

type Failed = Outcome & { readonly state: "failed" };

/** Up to so many tasks are named one by one. */
const named = 4;

/** What is said of one round: which paths led to which work, and how that went. */
export class RoundText {
  readonly #colors: Colors;
  readonly #failures: ReadonlyMap<string, readonly Problem[]>;
  readonly #ran: { readonly task: TaskName; readonly took: number }[] = [];
  readonly #failed: { readonly task: TaskName; readonly outcome: Failed }[] = [];
  /** Why each task was done, by its name. */
  readonly reasons = new Map<string, string>();
  #changes: readonly string[] = [];
  #took = 0;
  #stopped = 0;

  /** `before`: what failed in the round before, and how. */
  constructor(colors: Colors, before: ReadonlyMap<string, readonly Problem[]>) {
    this.#colors = colors;
    this.#failures = before;
  }

  take(event: Event): void {
    if (event.type === "task-started") this.reasons.set(event.task.id, event.reason);
    if (event.type === "task-finished") this.#end(event.task, event.outcome);
    if (event.type === "summary") this.#took = event.duration;
  }

  changed(changes: readonly string[]): void {
    this.#changes = changes;
  }

  /** What has failed, and how. */
  failures(): ReadonlyMap<string, readonly Problem[]> {
    return new Map(this.#failed.map(({ task, outcome }) => [task.id, outcome.problems]));
  }

  /** `images/node/Dockerfile   → build node:24.11.0 ✔ 2.1 s`, and below it what is wrong. */
  lines(cause: string): readonly string[] {
    const { red, dim } = this.#colors;
    const changes = this.#changes.length > 0 ? `${listed(this.#changes, named)}: ` : "";
    const details = this.#failed
      .filter((failure) => !this.#isKnown(failure))
      .flatMap(({ task, outcome }) => [
        `\n${red("✘")} ${task.id} failed after ${duration(outcome.duration)}`,
        ...outcome.problems.map((problem) => `\n${formatDetails(problem, { color: false })}`),
      ]);
    const end = details.length > 0 ? [""] : [];
    return [`${cause} ${dim("→")} ${changes}${this.#results()}`, ...details, ...end];
  }

  #end(task: TaskName, outcome: Outcome): void {
    if (outcome.state === "ran") this.#ran.push({ task, took: outcome.duration });
    if (outcome.state === "failed") this.#failed.push({ task, outcome });
    if (outcome.state === "cancelled") this.#stopped += 1;
  }

  #results(): string {
    const { green, red } = this.#colors;
    const many = `${count(this.#ran.length, "task")} ${green("✔")} ${duration(this.#took)}`;
    const each = this.#ran.map(({ task, took }) => [task, `${green("✔")} ${duration(took)}`] as const);
    const failed = this.#failed.map((failure) => [failure.task, `${red("✘")}${this.#how(failure)}`] as const);
    const parts = [
      ...(each.length > named ? [many] : inWords(each)),
      ...inWords(failed),
      ...(this.#stopped > 0 ? [`${this.#stopped} cancelled`] : []),
    ];
    const waits = failed.length > 0 ? " (waiting for a change)" : "";
    return parts.length === 0 ? "nothing to do" : parts.join(", ") + waits;
  }

  #how(failure: { readonly task: TaskName; readonly outcome: Failed }): string {
    if (this.#isKnown(failure)) return " as before";
    const line = failure.outcome.problems[0]?.place?.line;
    return line === undefined ? "" : ` line ${line}`;
  }

  #isKnown({ task, outcome }: { readonly task: TaskName; readonly outcome: Failed }): boolean {
    return JSON.stringify(this.#failures.get(task.id)) === JSON.stringify(outcome.problems);
  }
}

/** `build node:24 ✔ 2.1 s, node:22 ✔ 2.0 s`: a kind is named where it is another than before. */
function inWords(results: readonly (readonly [TaskName, string])[]): readonly string[] {
  return results.map(([task, result], i) => {
    const known = results[i - 1]?.[0].kind === task.kind;
    return `${known ? "" : `${task.kind} `}${subjectOf(task)} ${result}`;
  });
}

/** What a round is for, in a few words; a folder goes without saying where something in it is named. */
export function causeOf(paths: readonly string[], mode: Mode): string {
  const own = paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`)));
  if (own.length > 0) return listed(own, 3);
  return mode === "force" ? "everything again" : mode === "again" ? "again" : "start";
}
