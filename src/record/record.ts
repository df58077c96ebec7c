import { type Event, type Outcome, type Summary, type TaskName, unreachable } from "../events.ts";
import { TaskLog } from "./log.ts";
import type { Scrubber } from "./secrets.ts";

/** What is remembered of a run. */
export interface RunRecord {
  /** Raised when the form changes; others are not read. */
  readonly schema: 1;
  /** `20261120-160312-417`, from the time; later ones sort behind. */
  readonly id: string;
  /** The command line. */
  readonly command: string;
  /** When it began: ISO 8601. */
  readonly at: string;
  /** Every task but those that were done already, in the order of their ends. */
  readonly tasks: readonly RecordedTask[];
  readonly summary: Summary;
}

export interface RecordedTask {
  readonly task: TaskName;
  /** Why it ran; null when it was not begun. */
  readonly reason: string | null;
  /** Its output is left out. */
  readonly outcome: Outcome;
  /** Whether its log is kept beside the record. */
  readonly log: boolean;
}

/** A record, and the logs of tasks that failed by their ids. */
export interface Recorded {
  readonly record: RunRecord;
  readonly logs: ReadonlyMap<string, string>;
}

export interface RecorderSettings {
  readonly command: string;
  /** Milliseconds since 1970 when the run begins. */
  readonly now: number;
  readonly scrub: Scrubber;
}

/** Characters of a task's log that are kept. */
const keptLog = 1_000_000;

/** Makes the record of a run from its events. */
export class Recorder {
  readonly #settings: RecorderSettings;
  readonly #reasons = new Map<string, string>();
  readonly #running = new Map<string, TaskLog>();
  readonly #logs = new Map<string, string>();
  readonly #tasks: RecordedTask[] = [];
  #summary: Summary | undefined;

  constructor(settings: RecorderSettings) {
    this.#settings = settings;
  }

  take(event: Event): void {
    switch (event.type) {
      case "task-started":
        this.#reasons.set(event.task.id, event.reason);
        break;
      case "task-progress":
        if (event.progress.kind === "log") this.#keep(event.task.id, event.progress.line);
        break;
      case "task-finished":
        this.#end(event.task, event.outcome);
        break;
      case "summary":
        this.#summary = event;
        break;
      case "run-started":
      case "notice":
      case "warning":
      case "service":
        break;
      default:
        unreachable(event);
    }
  }

  /** Undefined when the run did not come to its end. */
  recorded(): Recorded | undefined {
    if (this.#summary === undefined) return undefined;
    const { command, now, scrub } = this.#settings;
    const at = new Date(now).toISOString();
    const summary = { ...this.#summary, problems: scrubbed(this.#summary.problems, scrub) };
    const id = at.replace(/[-:Z]/g, "").replace(/[T.]/g, "-");
    return {
      record: { schema: 1, id, command: scrub(command), at, tasks: this.#tasks, summary },
      logs: this.#logs,
    };
  }

  #keep(id: string, line: string): void {
    const log = this.#running.get(id) ?? new TaskLog(keptLog);
    this.#running.set(id, log);
    log.add(line);
  }

  #end(task: TaskName, outcome: Outcome): void {
    const log = this.#running.get(task.id);
    this.#running.delete(task.id);
    if (outcome.state === "cached") return;
    const { scrub } = this.#settings;
    const kept = outcome.state === "failed" && log !== undefined;
    if (kept) this.#logs.set(task.id, scrub(log.text()));
    const reason = this.#reasons.get(task.id);
    this.#tasks.push({
      task,
      reason: reason === undefined ? null : scrub(reason),
      outcome: withoutOutput(outcome, scrub),
      log: kept,
    });
  }
}

/** Outputs are large and lie in the store. */
function withoutOutput(outcome: Outcome, scrub: Scrubber): Outcome {
  if (outcome.state === "ran") return { ...outcome, output: null };
  if (outcome.state !== "failed") return outcome;
  const { state, duration, problems } = outcome;
  return { state, duration, problems: scrubbed(problems, scrub) };
}

/** The same with secrets taken out of every text in it. */
function scrubbed<T>(data: T, scrub: Scrubber): T {
  return JSON.parse(JSON.stringify(data, (_, value) => (typeof value === "string" ? scrub(value) : value)));
}
