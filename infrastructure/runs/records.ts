import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Recorded, RunRecord } from "../../src/record/record.ts";

/** The last runs of a project. */
export interface Records {
  /** A record is a convenience: one that cannot be written is no failure. */
  save(recorded: Recorded): void;
  /** The newest first. */
  list(): readonly RunRecord[];
  /** The log of a task that failed in a run. */
  log(record: RunRecord, task: string): string | undefined;
}

/** How many runs are remembered. */
const kept = 20;

/**
 * Records as files: `<id>.json` for each run, and `<id>/<n>.log` for the n-th of its tasks where that failed.
 *
 * Logs are written first and the record is renamed to its place last, so a record has what it names. The folder is
 * only for the user: logs tell of a project whatever they like.
 */
export function createRecords(folder: string): Records {
  const logFile = ({ id, tasks }: RunRecord, task: string) =>
    join(folder, id, `${tasks.findIndex((one) => one.task.id === task)}.log`);
  return {
    save: (recorded) => {
      try {
        write(folder, recorded, logFile);
        prune(folder);
      } catch {
        // The next run says the same.
      }
    },
    list: () => namesIn(folder).flatMap((name) => readRecord(join(folder, name))),
    log: (record, task) => readIfThere(logFile(record, task)),
  };
}

function write(folder: string, { record, logs }: Recorded, fileOf: (record: RunRecord, task: string) => string): void {
  mkdirSync(logs.size === 0 ? folder : join(folder, record.id), { recursive: true, mode: 0o700 });
  for (const [task, text] of logs) writeFileSync(fileOf(record, task), text, { mode: 0o600 });
  const temporary = join(folder, `${record.id}.${process.pid}.tmp`);
  writeFileSync(temporary, JSON.stringify(record), { mode: 0o600 });
  renameSync(temporary, join(folder, `${record.id}.json`));
}

/** Whatever belongs to a run before the oldest that is kept goes: also what a run left behind that was killed. */
function prune(folder: string): void {
  const oldest = namesIn(folder)[kept - 1]?.replace(/\.json$/, "");
  if (oldest === undefined) return;
  for (const name of readdirSync(folder)) {
    if (name < oldest) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Names of records, the newest first. */
function namesIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    return names.sort().reverse();
  } catch {
    return [];
  }
}

/** None for what another version of this tool has written, or nobody. */
function readRecord(file: string): readonly RunRecord[] {
  try {
    const record = JSON.parse(readFileSync(file, "utf8")) as RunRecord;
    return record.schema === 1 ? [record] : [];
  } catch {
    return [];
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
