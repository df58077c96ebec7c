import pc from "picocolors";
import type { Summary } from "../../src/events.ts";
import type { RunRecord } from "../../src/record/record.ts";
import { labelsFor } from "./label.ts";
import { Ending } from "./summary.ts";
import { duration, printable, table } from "./text.ts";
import { endedLine } from "./wording.ts";

/** How a run ended, in a word. */
export function stateOf({ failed, cancelled, skipped }: Summary): "done" | "failed" | "interrupted" {
  if (failed > 0) return "failed";
  return cancelled + skipped > 0 ? "interrupted" : "done";
}

/** A line for each run. No final newline. */
export function formatRuns(records: readonly RunRecord[]): string {
  if (records.length === 0) return "No run of this project is remembered";
  return table(
    records.map(({ id, at, summary, command }) => [
      id,
      whenOf(at),
      stateOf(summary),
      duration(summary.duration),
      countsOf(summary),
      command,
    ]),
  ).join("\n");
}

/** What ran, and the end of the run as it was printed. No final newline. */
export function formatRun(record: RunRecord, style: { readonly color: boolean; readonly columns: number }): string {
  const { id, at, command, tasks, summary } = record;
  const labels = labelsFor(tasks.map(({ task }) => task));
  const colors = pc.createColors(style.color);
  const ending = new Ending(style, true);
  const lines = tasks.flatMap(({ task, outcome, log }) => {
    if (log) ending.take({ type: "task-progress", task, progress: { kind: "log", line: "" } });
    ending.take({ type: "task-finished", task, outcome });
    return endedLine(labels(task), outcome, colors) ?? [];
  });
  return [`Run ${id}, ${whenOf(at)}: ${command}`, ...lines, ending.text(summary)].join("\n");
}

/** A kept log for a terminal: whatever a tool has printed, it cannot move the cursor. No final newline. */
export function formatLog(text: string): string {
  return text.trimEnd().split("\n").map(printable).join("\n");
}

/** `2026-11-20 16:03 UTC` */
function whenOf(at: string): string {
  return `${at.slice(0, 16).replace("T", " ")} UTC`;
}

function countsOf(summary: Summary): string {
  const states = ["ran", "cached", "failed", "cancelled", "skipped"] as const;
  const counts = states.filter((state) => summary[state] > 0).map((state) => `${summary[state]} ${state}`);
  return counts.length === 0 ? "nothing to do" : counts.join(", ");
}
