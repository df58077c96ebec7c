import type { Records } from "../../infrastructure/runs/records.ts";
import { formatLog, formatRun, formatRuns, stateOf } from "../../infrastructure/terminal/runs.ts";
import { fail } from "../../src/problem.ts";
import type { RunRecord } from "../../src/record/record.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { recordsOf } from "../record.ts";

/** `runs` lists the last runs; `runs show [id]` repeats the end of one, and with --log prints the log of a task. */
export async function runs(context: Context, words: readonly string[], flags: Flags): Promise<number> {
  const [verb, wanted = "last", ...others] = words;
  if (others.length > 0 || (verb !== undefined && verb !== "show")) failUsage(words);
  const records = recordsOf(context, flags);
  if (flags.log !== undefined) context.print(formatLog(logOf(records, flags.log, words[1])));
  else if (verb === undefined) printRuns(context, records.list(), flags);
  else printRun(context, find(records.list(), wanted), flags);
  return 0;
}

function printRuns({ print }: Context, records: readonly RunRecord[], { json }: Flags): void {
  const runs = records.map(({ id, at, command, summary }) => {
    const { type: _, problems, ...counts } = summary;
    return { id, at, command, state: stateOf(summary), ...counts };
  });
  print(json ? JSON.stringify({ runs }, null, 2) : formatRuns(records));
}

function printRun({ print, environment: { color } }: Context, record: RunRecord, { json }: Flags): void {
  print(json ? JSON.stringify(record, null, 2) : formatRun(record, { color, columns: process.stdout.columns ?? 100 }));
}

/** The log of a task: unless a run is named, of the last run that kept one. */
function logOf(records: Records, task: string, id: string | undefined): string {
  const all = records.list();
  const among = id === undefined ? all : [find(all, id)];
  const logged = among.flatMap((record) =>
    record.tasks.flatMap((one) => (one.log ? [{ record, id: one.task.id }] : [])),
  );
  const found = logged.find((one) => one.id === task);
  const text = found && records.log(found.record, task);
  if (text !== undefined) return text;
  return fail({
    code: "no-log",
    kind: "usage",
    message: `No log of '${task}' is kept`,
    wanted: logged.length === 0 ? "a task that failed and printed something: there was none" : namesOf(logged),
  });
}

function namesOf(logged: readonly { readonly id: string }[]): string {
  return [...new Set(logged.map(({ id }) => id))].join(", ");
}

/** By its id or the beginning of it, or the `last` one. */
function find(records: readonly RunRecord[], wanted: string): RunRecord {
  const found = wanted === "last" ? records[0] : records.find(({ id }) => id.startsWith(wanted));
  if (found) return found;
  const message = records.length === 0 ? "No run of this project is remembered" : `No run '${wanted}' is remembered`;
  return fail({ code: "unknown-run", kind: "usage", message, fix: "'image-manager runs' lists the last ones" });
}

function failUsage(words: readonly string[]): never {
  return fail({
    code: "unknown-action",
    kind: "usage",
    message: `Cannot do 'runs ${words.join(" ")}'`,
    fix: "Either: image-manager runs\nOr:     image-manager runs show [id]",
  });
}
