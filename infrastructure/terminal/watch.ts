import pc from "picocolors";
import { type Progress, type TaskName, unreachable } from "../../src/events.ts";
import type { Problem } from "../../src/problem.ts";
import type { WatchEvent } from "../../src/watch/events.ts";
import { stepOf } from "./frame.ts";
import { formatProblems } from "./problems.ts";
import { Region, sizeOf, type Terminal } from "./region.ts";
import { causeOf, RoundText } from "./round.ts";
import { count, cut, listed, oneLine, pad, printable } from "./text.ts";
import { announcement, type Colors } from "./wording.ts";

export interface WatchReporterOptions {
  readonly terminal: Terminal;
  /** Whether somebody is there to press keys: then the last line says what goes on. */
  readonly interactive: boolean;
  readonly verbose: boolean;
  readonly now: () => Date;
}

/** Tells of rounds, one line each, and of what went wrong in them. */
export class WatchReporter {
  readonly #options: WatchReporterOptions;
  readonly #colors: Colors;
  readonly #region: Region;
  #round: RoundText;
  #cause = "";
  #status = "";
  #watching = "";
  #progress = { tasks: 0, ended: 0 };
  #broken = "";

  constructor(options: WatchReporterOptions) {
    this.#options = options;
    this.#colors = pc.createColors(options.terminal.color);
    this.#region = new Region(options.terminal);
    this.#round = new RoundText(this.#colors, new Map());
  }

  /** The reasons of what was done last, as lines. */
  explain(): void {
    const reasons = [...this.#round.reasons].map(([id, reason]) => `  ${id}   ${oneLine(reason)}`);
    this.#draw(reasons.length === 0 ? ["  Nothing was done in the last round"] : reasons);
  }

  /** Takes the last line off the screen. */
  close(): void {
    this.#region.draw([], []);
  }

  readonly take = (event: WatchEvent): void => this.#draw(this.#lines(event));

  #lines(event: WatchEvent): readonly string[] {
    switch (event.type) {
      case "watching":
        return this.#watch(`Watching ${count(event.files, "file")} of ${listed(event.images, 3)}`);
      case "round-started":
        this.#round = new RoundText(this.#colors, this.#round.failures());
        this.#cause = `${timeOf(this.#options.now())}  ${pad(causeOf(event.paths, event.mode), 30)}`;
        this.#status = "looking";
        return [];
      case "reloaded":
        this.#round.changed(event.changes);
        return [];
      case "broken":
        return this.#break(event.problems);
      case "round-finished":
        this.#status = "";
        return this.#broken === "" ? this.#round.lines(this.#cause) : [];
      default:
        this.#round.take(event);
        return this.#ofRun(event);
    }
  }

  #ofRun(
    event: Exclude<WatchEvent, { type: "watching" | "round-started" | "reloaded" | "broken" | "round-finished" }>,
  ) {
    switch (event.type) {
      case "run-started":
        this.#broken = "";
        this.#progress = { tasks: event.tasks, ended: 0 };
        return [];
      case "task-started":
        this.#status = this.#doing(event.task);
        return [];
      case "task-progress":
        return this.#step(event.task, event.progress);
      case "task-finished":
        this.#progress = { ...this.#progress, ended: this.#progress.ended + 1 };
        return [];
      case "notice":
      case "warning":
      case "service":
        return [announcement(event, this.#colors)];
      case "summary": {
        const missing = event.problems.filter(({ kind }) => kind === "service");
        return missing.length === 0 ? [] : [formatProblems(missing, { color: this.#options.terminal.color })];
      }
      default:
        return unreachable(event);
    }
  }

  #watch(line: string): readonly string[] {
    const changed = line !== this.#watching;
    this.#watching = line;
    return changed && !this.#options.interactive ? [line] : [];
  }

  #break(problems: readonly Problem[]): readonly string[] {
    const { color, columns } = this.#options.terminal;
    const text = formatProblems(problems, { color, columns: columns() || 80 });
    const lines = [
      `${this.#cause} → ${text === this.#broken ? "as before" : "nothing can run"} (waiting for a change)`,
    ];
    const known = text === this.#broken;
    this.#broken = text;
    return known ? lines : [...lines, "", text, ""];
  }

  #step(task: TaskName, progress: Progress): readonly string[] {
    if (progress.kind === "log")
      return this.#options.verbose ? [`   ${task.target} │ ${printable(progress.line)}`] : [];
    this.#status = `${this.#doing(task)}   ${stepOf(progress)}`;
    return [];
  }

  #doing({ id }: TaskName): string {
    return `${this.#progress.ended} of ${count(this.#progress.tasks, "task")} · ${id}`;
  }

  #draw(lines: readonly string[]): void {
    const { terminal, interactive } = this.#options;
    if (!interactive) return void (lines.length > 0 && terminal.write(`${lines.join("\n")}\n`));
    const keys = `${this.#watching} · r run · f force · e explain · q quit`;
    const status = cut(this.#status === "" ? keys : ` … ${this.#status}`, sizeOf(terminal).columns - 1);
    this.#region.draw(lines, [this.#colors.dim(status)]);
  }
}

/** `14:22:07` */
function timeOf(now: Date): string {
  return [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}
