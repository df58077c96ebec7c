import type pc from "picocolors";
import type { Event, Outcome } from "../../src/events.ts";
import { failedTests } from "./failed-tests.ts";
import { duration, oneLine } from "./text.ts";

export type Colors = ReturnType<typeof pc.createColors>;

/** The line that says how a task ended; undefined for what only the end of the run tells. */
export function endedLine(label: string, outcome: Outcome, { green, red, yellow, dim }: Colors): string | undefined {
  switch (outcome.state) {
    case "ran":
      return ` ${green("✔")} ${label}   ${dim(`${duration(outcome.duration).padStart(6)}   ${outcome.note}`.trimEnd())}`;
    case "failed":
      // The missing service is told once for all the tasks that fail for want of it.
      if (outcome.problems.every(({ kind }) => kind === "service")) return undefined;
      return ` ${red("✘")} ${label}   ${failedTests(outcome) ?? `failed after ${duration(outcome.duration)}`}`;
    case "cancelled":
      return ` ${yellow("■")} ${label}   cancelled after ${duration(outcome.duration)}`;
    // Done already, or not begun: telling these one by one would bury the rest.
    default:
      return undefined;
  }
}

/** The line for an event that is about no task. */
export function announcement(
  event: Event & { type: "notice" | "warning" | "service" },
  { yellow, dim }: Colors,
): string {
  if (event.type === "notice") return dim(`Note: ${oneLine(event.message)}`);
  if (event.type === "warning") return `${yellow("Warning:")} ${oneLine(event.message)}`;
  const detail = event.detail === "" ? "" : ` (${oneLine(event.detail)})`;
  return `${event.state === "started" ? "Started" : "Starting"} ${event.service}${detail}`;
}
