import { readdirSync, readFileSync } from "node:fs";

/** What Linux says of a process (proc(5), `/proc/PID/stat`). */
export interface ProcessState {
  /** One letter; `Z` is a process that has ended and was not collected yet. */
  readonly state: string;
  readonly group: number;
  /** Clock ticks from boot to its start: with the process id it names a process for good. */
  readonly startTime: string;
}

/** Undefined when there is no such process, or no procfs. */
export function processState(pid: number | string): ProcessState | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The program's name comes second, in parentheses, and may hold spaces and parentheses itself.
    const [state = "", , group, ...more] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, group: Number(group), startTime: more[16] ?? "" };
  } catch {
    return undefined;
  }
}

/** Whether some process of the group still runs: only Linux can tell the ones that wait to be collected. */
export function groupRuns(leader: number): boolean {
  if (process.platform !== "linux") return true;
  return readdirSync("/proc").some((pid) => {
    const found = /^\d+$/.test(pid) ? processState(pid) : undefined;
    return found?.group === leader && found.state !== "Z";
  });
}
