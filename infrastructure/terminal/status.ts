import pc from "picocolors";
import { table } from "./text.ts";

/** What is known of a service, as `infrastructure/services` tells it. */
export interface ServiceStatus {
  readonly name: string;
  readonly state: "running" | "stopped" | "unreachable";
  readonly address: string;
  /** `native`, `rootless`, `container`, `foreign`. */
  readonly mode?: string;
  readonly pid?: number;
  readonly version?: string;
  /** ISO 8601. */
  readonly since?: string;
  /** Whether the configuration needs it. */
  readonly needed: boolean;
}

/** Services with what is known of each; `now` (milliseconds since 1970) decides whether a date is needed. No final newline. */
export function formatStatus(
  states: readonly ServiceStatus[],
  style: { readonly color: boolean; readonly now: number },
): string {
  const { green, red, dim } = pc.createColors(style.color);
  // Every state has its colour: a new one does not compile without.
  const paint = { running: green, stopped: dim, unreachable: red };
  const rows = states.map(({ name, state, address, mode, pid, version, since, needed }) => [
    name,
    paint[state](state),
    state === "stopped" && !needed
      ? dim("not needed by this configuration")
      : [pid === undefined ? undefined : `pid ${pid}`, version, mode, address].filter((part) => part).join(" · "),
    since === undefined ? "" : `since ${clockTime(new Date(since), new Date(style.now))}`,
  ]);
  return table(rows).join("\n");
}

/** `14:02`, with the date when that was not today. */
function clockTime(at: Date, now: Date): string {
  const time = `${padded(at.getHours())}:${padded(at.getMinutes())}`;
  if (at.toDateString() === now.toDateString()) return time;
  return `${at.getFullYear()}-${padded(at.getMonth() + 1)}-${padded(at.getDate())} ${time}`;
}

function padded(number: number): string {
  return String(number).padStart(2, "0");
}
