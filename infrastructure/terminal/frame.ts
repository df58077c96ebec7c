import type { Progress } from "../../src/events.ts";
import { roughly } from "./estimate.ts";
import { count, cut, duration, oneLine, width } from "./text.ts";
import type { Colors } from "./wording.ts";

/** What goes on at a moment: what the region of a live view shows. */
export interface Frame {
  readonly rows: readonly Row[];
  /** How far the run is; undefined before and after it. Milliseconds left, where they can be guessed. */
  readonly run: { readonly tasks: number; readonly ended: number; readonly left: number | undefined } | undefined;
  /** Milliseconds. */
  readonly now: number;
}

/** Something that goes on: a running task, a service that starts. */
export interface Row {
  readonly label: string;
  readonly began: number;
  readonly step: string;
}

/** Milliseconds between two frames. */
export const frameTime = 80;

const spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** The lines of a frame, narrower than the terminal and fewer than it has rows. */
export function linesOf(
  { rows, run, now }: Frame,
  size: { readonly columns: number; readonly rows: number },
  colors: Colors,
): readonly string[] {
  const columns = size.columns - 1;
  // One row is the cursor's, one the last line's.
  const room = Math.max(1, size.rows - 2);
  const shown = rows.length > room ? rows.slice(0, room - 1) : rows;
  const more = shown.length < rows.length ? [`   and ${rows.length - shown.length} more`] : [];
  const state = run ? [stateOf(run)] : [];
  return [
    ...shown.map((row) => rowLine(row, now, columns, colors)),
    ...[...more, ...state].map((line) => colors.dim(cut(line, columns))),
  ];
}

/** ` ⠹ build  node:24.11.0   [3/5] RUN npm ci   4.1 s`: the step gives way first, then the name. */
function rowLine({ label, began, step }: Row, now: number, columns: number, { cyan, dim }: Colors): string {
  const took = `   ${duration(Math.max(100, now - began))}`;
  const room = columns - 3 - width(took);
  const named = cut(label, room);
  const doing = step === "" ? "" : cut(`   ${step}`, room - width(named));
  return ` ${cyan(spinner[Math.floor(now / frameTime) % spinner.length] ?? "")} ${named}${doing}${dim(took)}`;
}

function stateOf({ tasks, ended, left }: NonNullable<Frame["run"]>): string {
  return `   ${ended} of ${count(tasks, "task")}${left === undefined ? "" : ` · about ${roughly(left)} left`}`;
}

/** `[3/5] RUN npm ci`; BuildKit's own work has no number. */
export function stepOf(progress: Exclude<Progress, { kind: "log" }>): string {
  if (progress.kind === "percent") return `${Math.round(progress.value)} %`;
  return progress.of === 0 ? oneLine(progress.text) : `[${progress.index}/${progress.of}] ${oneLine(progress.text)}`;
}
