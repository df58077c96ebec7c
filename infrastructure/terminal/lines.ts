import pc from "picocolors";
import { type Event, type Listener, type Outcome, type TaskName, unreachable } from "../../src/events.ts";
import { type Labels, labelsFor } from "./label.ts";
import { Ending } from "./summary.ts";
import { oneLine, printable } from "./text.ts";
import { announcement, type Colors, endedLine } from "./wording.ts";

export interface LinesOptions {
  write(text: string): void;
  readonly color: boolean;
  /** The tasks of the run, so that names can be aligned. */
  readonly tasks: readonly TaskName[];
  /** Whether the logs of tasks that went well are printed, too. */
  readonly verbose: boolean;
  /** Whether `runs show` will have the logs of tasks that failed. */
  readonly recorded?: boolean;
}

/** Log lines of one task that are kept until it has ended. */
const keptLines = 2000;

/** Tells a run line by line, for CI and files: when a task starts and why, how it ended, then its log in one piece. */
export function linesReporter(options: LinesOptions): Listener {
  const lines = new Lines(options);
  return (event) => {
    for (const line of lines.take(event)) options.write(`${line}\n`);
  };
}

class Lines {
  readonly #verbose: boolean;
  readonly #colors: Colors;
  readonly #labels: Labels;
  readonly #ending: Ending;
  /** Logs of running tasks by id: printed as they come, those of parallel tasks would be mixed up. */
  readonly #logs = new Map<string, string[]>();

  constructor({ color, tasks, verbose, recorded = false }: LinesOptions) {
    this.#verbose = verbose;
    this.#colors = pc.createColors(color);
    this.#labels = labelsFor(tasks);
    this.#ending = new Ending({ color }, recorded);
  }

  take(event: Event): readonly string[] {
    this.#ending.take(event);
    switch (event.type) {
      case "run-started":
        return [];
      case "task-started":
        return [` ${this.#colors.cyan("→")} ${this.#labels(event.task)}   ${oneLine(event.reason)}`];
      case "task-progress":
        if (event.progress.kind === "log") this.#keep(event.task, event.progress.line);
        return [];
      case "task-finished":
        return this.#ended(event.task, event.outcome);
      case "service":
      case "notice":
      case "warning":
        return [announcement(event, this.#colors)];
      case "summary":
        return [this.#ending.text(event)];
      default:
        return unreachable(event);
    }
  }

  #keep({ id }: TaskName, line: string): void {
    const log = this.#logs.get(id) ?? [];
    this.#logs.set(id, log);
    log.push(`   │ ${printable(line)}`);
    // In large steps: shifting an array line by line is slow.
    if (log.length > keptLines * 2) log.splice(0, keptLines);
  }

  #ended(task: TaskName, outcome: Outcome): readonly string[] {
    const line = endedLine(this.#labels(task), outcome, this.#colors);
    const log = this.#logs.get(task.id)?.slice(-keptLines) ?? [];
    this.#logs.delete(task.id);
    return [...(line === undefined ? [] : [line]), ...(outcome.state === "failed" || this.#verbose ? log : [])];
  }
}
