import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { createRecords, type Records } from "../infrastructure/runs/records.ts";
import type { Listener } from "../src/events.ts";
import { fail } from "../src/problem.ts";
import { Recorder } from "../src/record/record.ts";
import { scrubber } from "../src/record/secrets.ts";
import { kinds } from "../tasks/mod.ts";
import type { Context } from "./context.ts";
import type { Flags } from "./flags.ts";
import { projectFolder } from "./project.ts";
import { secretValues } from "./secrets.ts";
import type { Session } from "./session.ts";

/** Hears of a run and keeps what is to be known of it afterwards: when it is disposed, however the run ended. */
export interface Keeper extends Disposable {
  readonly take: Listener;
}

/** The records of the project that a command line is about. */
export function recordsOf(context: Context, flags: Pick<Flags, "config">): Records {
  const name = createHash("sha256").update(projectFolder(context, flags)).digest("hex");
  return createRecords(join(context.environment.folders.state, "runs", name));
}

/**
 * Begins the record of a run, and the trace that `--trace` asks for.
 *
 * @throws ImagesError `trace-unwritable`: before the run and not after it
 */
export async function beginRecord(context: Context, { project }: Session, flags: Flags): Promise<Keeper> {
  const command = ["image-manager", ...context.words.map(quoted)].join(" ");
  const scrub = scrubber(secretValues(project, context.environment.variables));
  const recorder = new Recorder({ command, now: Date.now(), scrub });
  const trace = flags.trace === undefined ? undefined : await beginTrace(context, flags.trace);
  return {
    take: (event) => {
      recorder.take(event);
      trace?.take(event);
    },
    [Symbol.dispose]: () => {
      trace?.[Symbol.dispose]();
      const recorded = recorder.recorded();
      if (recorded) recordsOf(context, flags).save(recorded);
    },
  };
}

async function beginTrace({ folder }: Context, name: string): Promise<Keeper> {
  const file = resolve(folder, name);
  writeTrace(file, folder, "");
  const { Trace } = await import("../src/record/trace.ts");
  const queues = new Map(kinds.map(({ kind, queue }) => [kind, queue]));
  const trace = new Trace(
    (kind) => queues.get(kind) ?? kind,
    () => performance.now(),
  );
  return {
    take: (event) => trace.take(event),
    [Symbol.dispose]: () => writeTrace(file, folder, JSON.stringify(trace.document())),
  };
}

function writeTrace(file: string, folder: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const why = reasons[(error as NodeJS.ErrnoException).code ?? ""] ?? (error as Error).message;
    const message = `Cannot write the trace to ${relative(folder, file)}: ${why}`;
    fail({ code: "trace-unwritable", kind: "usage", message });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
};

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
