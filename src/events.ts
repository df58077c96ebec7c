import type { Json } from "./json.ts";
import type { Problem } from "./problem.ts";

/** Everything that happens in a run. Reporters consume this union; a missing case does not compile. */
export type Event =
  | { readonly type: "run-started"; readonly tasks: number; readonly kinds: readonly string[] }
  | { readonly type: "task-started"; readonly task: TaskName; readonly reason: string }
  | { readonly type: "task-progress"; readonly task: TaskName; readonly progress: Progress }
  | { readonly type: "task-finished"; readonly task: TaskName; readonly outcome: Outcome }
  | { readonly type: "notice"; readonly message: string }
  | { readonly type: "warning"; readonly message: string }
  | {
      readonly type: "service";
      readonly service: string;
      readonly state: "starting" | "started";
      readonly detail: string;
    }
  | Summary;

/** Names a task to people and programs. */
export interface TaskName {
  /** `build node:24.11.0 linux/amd64`; unique in a run. */
  readonly id: string;
  readonly kind: string;
  readonly target: string;
  readonly platform: string | null;
}

/** A sign of life of a running task: a step it has come to, how far it is, or a line it printed. */
export type Progress =
  | { readonly kind: "step"; readonly text: string; readonly index: number; readonly of: number }
  | { readonly kind: "percent"; readonly value: number }
  | { readonly kind: "log"; readonly line: string };

/** How a task ended. Durations are milliseconds. `note` is a word for people: a size, a digest, the tags moved. */
export type Outcome =
  | { readonly state: "ran"; readonly duration: number; readonly note: string; readonly output: Json }
  /** `store`: which one had it, and `saved` what it once took; null for what was compared and found right. */
  | {
      readonly state: "cached";
      readonly note: string;
      readonly output: Json;
      readonly store: string | null;
      readonly saved: number;
    }
  /** `output` is there when the work was done and its result is what is wrong: failed tests. */
  | {
      readonly state: "failed";
      readonly duration: number;
      readonly problems: readonly Problem[];
      readonly output?: Json;
    }
  /** Not started: behind the failed task named, or the run was stopped. */
  | { readonly state: "skipped"; readonly because: string }
  | { readonly state: "cancelled"; readonly duration: number };

/** The last event of every run. */
export interface Summary {
  readonly type: "summary";
  readonly ran: number;
  readonly cached: number;
  readonly failed: number;
  readonly skipped: number;
  /** Tasks that were running when the run was stopped. */
  readonly cancelled: number;
  /** Milliseconds of the whole run. */
  readonly duration: number;
  /** The chain of tasks that took longest, first to last. */
  readonly longest: readonly Timed[];
  readonly problems: readonly Problem[];
  readonly statistics: Statistics;
}

/** A task and the milliseconds it took. */
export interface Timed {
  readonly id: string;
  readonly duration: number;
}

/** Where the time of a run went, and what the stores saved of it. */
export interface Statistics {
  /** Milliseconds that tasks took, one after the other. */
  readonly work: number;
  /** Milliseconds that it once took to make what was found in a store. */
  readonly saved: number;
  /** How many results each store had: `{ disk: 12, s3: 3 }`. */
  readonly hits: Readonly<Record<string, number>>;
  /** The tasks that took longest, at most ten. */
  readonly slowest: readonly Timed[];
}

/** Takes events as they happen. */
export type Listener = (event: Event) => void;

/** Makes a forgotten case of a union a compile error. */
export function unreachable(value: never): never {
  throw new Error(`Internal error: unexpected ${JSON.stringify(value)}`);
}
