import pc from "picocolors";
import { type Event, type Listener, type Progress, type TaskName, unreachable } from "../../src/events.ts";
import { Estimate } from "./estimate.ts";
import { frameTime, linesOf, type Row, stepOf } from "./frame.ts";
import { type Labels, labelsFor } from "./label.ts";
import { Region, sizeOf, type Terminal } from "./region.ts";
import { Ending } from "./summary.ts";
import { printable } from "./text.ts";
import type { Ticker } from "./ticker.ts";
import { announcement, type Colors, endedLine } from "./wording.ts";

export interface LiveOptions {
  readonly terminal: Terminal;
  readonly ticker: Ticker;
  /** The tasks of the run, so that names can be aligned. */
  readonly tasks: readonly TaskName[];
  /** What tasks took before, by id, in milliseconds; where most are unknown there is no estimate. */
  readonly durations: Readonly<Record<string, number>>;
  /** Whether the log lines of tasks are shown as they come. */
  readonly verbose: boolean;
  /** Whether `runs show` will have the logs of tasks that failed. */
  readonly recorded?: boolean;
}

/** Shows a run on a terminal: finished tasks scroll up, running ones are drawn again below them, at most every 80 ms. */
export function liveReporter(options: LiveOptions): Listener {
  const live = new Live(options);
  return (event) => live.take(event);
}

class Live {
  readonly #options: LiveOptions;
  readonly #colors: Colors;
  readonly #labels: Labels;
  readonly #region: Region;
  readonly #ending: Ending;
  readonly #estimate: Estimate;
  /** What goes on, in the order of its beginning. */
  readonly #rows = new Map<string, Row>();
  /** Lines that have not been written yet. */
  #scrolled: string[] = [];
  /** Only within a run. */
  #run: { readonly tasks: number; readonly ended: number } | undefined;
  /** Ends the clock's calls; undefined while nothing moves and there are none. */
  #stop: (() => void) | undefined;

  constructor(options: LiveOptions) {
    const { terminal, tasks, durations, recorded = false } = options;
    const ids = tasks.map(({ id }) => id);
    this.#options = options;
    this.#colors = pc.createColors(terminal.color);
    this.#labels = labelsFor(tasks);
    this.#region = new Region(terminal);
    this.#ending = new Ending({ color: terminal.color, columns: sizeOf(terminal).columns }, recorded);
    this.#estimate = new Estimate(ids, durations);
  }

  /** Within a run the clock alone draws. Before and after it the process may end any time, so nothing waits. */
  take(event: Event): void {
    this.#ending.take(event);
    this.#note(event);
    if (this.#run === undefined) this.#draw();
    if (this.#run !== undefined || this.#rows.size > 0) {
      this.#stop ??= this.#options.ticker.every(frameTime, () => this.#draw());
    } else {
      this.#stop?.();
      this.#stop = undefined;
    }
  }

  #note(event: Event): void {
    switch (event.type) {
      case "run-started":
        this.#run = { tasks: event.tasks, ended: 0 };
        break;
      case "task-started":
        this.#start(event.task);
        break;
      case "task-progress":
        this.#progress(event.task, event.progress);
        break;
      case "task-finished":
        this.#end(event);
        break;
      case "service":
        this.#service(event);
        break;
      case "notice":
      case "warning":
        this.#scrolled.push(announcement(event, this.#colors));
        break;
      case "summary":
        this.#run = undefined;
        this.#rows.clear();
        this.#scrolled.push(this.#ending.text(event));
        break;
      default:
        unreachable(event);
    }
  }

  #start(task: TaskName): void {
    const began = this.#options.ticker.now();
    this.#rows.set(task.id, { label: this.#labels(task), began, step: "" });
    this.#estimate.started(task.id, began);
  }

  #progress(task: TaskName, progress: Progress): void {
    const row = this.#rows.get(task.id);
    if (progress.kind !== "log") {
      if (row) this.#rows.set(task.id, { ...row, step: stepOf(progress) });
    } else if (this.#options.verbose) {
      this.#scrolled.push(this.#colors.dim(`   ${task.target} │ ${printable(progress.line)}`));
    }
  }

  #end({ task, outcome }: Event & { type: "task-finished" }): void {
    if (this.#run) this.#run = { ...this.#run, ended: this.#run.ended + 1 };
    this.#rows.delete(task.id);
    this.#estimate.ended(task.id, this.#options.ticker.now());
    const line = endedLine(this.#labels(task), outcome, this.#colors);
    if (line !== undefined) this.#scrolled.push(line);
  }

  #service(event: Event & { type: "service" }): void {
    const id = `service ${event.service}`;
    const label = announcement(event, this.#colors);
    this.#rows.delete(id);
    if (event.state === "started") this.#scrolled.push(label);
    else this.#rows.set(id, { label, began: this.#options.ticker.now(), step: "" });
  }

  #draw(): void {
    const { terminal, ticker } = this.#options;
    const now = ticker.now();
    const run = this.#run && { ...this.#run, left: this.#estimate.left(now) };
    const scrolled = this.#scrolled;
    this.#scrolled = [];
    this.#region.draw(scrolled, linesOf({ rows: [...this.#rows.values()], run, now }, sizeOf(terminal), this.#colors));
  }
}
