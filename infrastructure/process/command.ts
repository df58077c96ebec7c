import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Blob } from "../../src/entry.ts";
import type { Progress } from "../../src/events.ts";
import type { Blobs, CommandRequest, Commands } from "../../src/ports.ts";
import { fail } from "../../src/problem.ts";
import { cancelled, commandLine } from "./failure.ts";
import { makeScratch } from "./scratch.ts";
import { start } from "./start.ts";

export interface CommandSettings {
  /** The project's folder: where commands run. */
  readonly project: string;
  /** What PATH, HOME and declared variables are taken from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A folder for unfinished files, on the blobs' own file system. */
  readonly scratch: string;
  readonly blobs: Blobs;
}

/** The oldest time that zip knows, 1980-01-01: one constant for everything that asks for it. */
const epoch = "315532800";

/** Runs the configuration's commands with nothing of the environment but what they declare. */
export function createCommands(settings: CommandSettings): Commands {
  return {
    make: async (request, report, signal) => {
      await using folder = await makeScratch(settings.scratch);
      // The file has its own name: many programs choose a format by the ending.
      return await make(settings, request, join(folder.path, basename(request.file)), report, signal);
    },
  };
}

async function make(
  { project, environment, blobs }: CommandSettings,
  request: CommandRequest,
  out: string,
  report: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const named = request.command.some((part) => part.includes("{out}"));
  const command = request.command.map((part) => part.replaceAll("{out}", out));
  const running = start(command, {
    cwd: project,
    env: declared(environment, request.env),
    signal,
    onLine: (_stream, line) => report({ kind: "log", line }),
    ...(!named && { stdout: out }),
  });
  const ended = await running.done;
  if (signal.aborted) throw cancelled(request.command, signal.reason);
  if (ended.code !== 0) commandFailed(request, ended.signal ?? `exit status ${ended.code}`, running.tail);
  const made = await stat(out).catch(() => undefined);
  if (!made?.isFile())
    commandFailed(request, `exit status 0, but {out} is ${made ? "no file" : "not there"}`, running.tail);
  return await blobs.adopt(out);
}

function declared(environment: CommandSettings["environment"], names: readonly string[]): Record<string, string> {
  const chosen = ["PATH", "HOME", ...names].flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { LANG: "C.UTF-8", SOURCE_DATE_EPOCH: epoch, ...Object.fromEntries(chosen) };
}

function commandFailed({ command }: CommandRequest, how: string, tail: readonly string[]): never {
  return fail({
    code: "command-failed",
    kind: "task",
    message: `Command ended with ${how}: ${commandLine(command)}`,
    fix: `Run it by hand in the project's folder: ${commandLine(command)}`,
    log: tail.slice(-20),
  });
}
