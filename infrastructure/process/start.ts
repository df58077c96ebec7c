import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { notStarted } from "./failure.ts";
import { forget, killGroup, track } from "./group.ts";

export interface StartOptions {
  readonly cwd?: string;
  /** The whole environment; absent: this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kills the group when aborted. */
  readonly signal?: AbortSignal;
  readonly stdin?: "ignore" | "pipe";
  /** A file that gets the standard output as it is; `onLine` then sees standard error only. */
  readonly stdout?: string;
  readonly onLine?: (stream: "stdout" | "stderr", line: string) => void;
}

/** A process that runs in a group of its own. */
export interface Running {
  /** Undefined when it could not be started: then `done` says why. */
  readonly pid: number | undefined;
  /** Its end, once all output was read. @throws ImagesError `program-not-found` */
  readonly done: Promise<Ended>;
  /** Ends the whole group: SIGTERM, and after `grace` milliseconds (5000) SIGKILL. */
  kill(grace?: number): Promise<void>;
  readonly stdin: Writable | null;
  /** The last lines of both streams. */
  readonly tail: readonly string[];
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const tailLength = 50;

/** Longer lines are cut. buildctl's progress has lines of up to 1.5 MiB. */
const longestLine = 4 * 1024 * 1024;

/** Starts a program that runs long or whose output is read as it comes. What it leaves in its group ends with it. */
export function start(command: readonly string[], options: StartOptions = {}): Running {
  const [program = "", ...rest] = command;
  const file = options.stdout === undefined ? undefined : openSync(options.stdout, "w", 0o600);
  const child = spawn(program, rest, spawnOptions(options, file ?? "pipe"));
  if (file !== undefined) closeSync(file);
  const { pid } = child;
  if (pid !== undefined) track(pid);
  const kill = async (grace?: number) => {
    if (pid !== undefined && child.exitCode === null && child.signalCode === null) await killGroup(pid, grace);
  };
  return { pid, done: ended(child, command, options, kill), kill, stdin: child.stdin, tail: readLines(child, options) };
}

function spawnOptions({ cwd, env, stdin = "ignore" }: StartOptions, stdout: number | "pipe"): SpawnOptions {
  return { detached: true, stdio: [stdin, stdout, "pipe"], ...(cwd !== undefined && { cwd }), ...(env && { env }) };
}

function ended(
  child: ChildProcess,
  command: readonly string[],
  { signal }: StartOptions,
  kill: () => Promise<void>,
): Promise<Ended> {
  const abort = () => void kill();
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  return new Promise<Ended>((resolve, reject) => {
    child.once("error", (error) => reject(notStarted(command, error)));
    child.once("exit", () => child.pid !== undefined && forget(child.pid));
    child.once("close", (code, signal) => resolve({ code, signal }));
  }).finally(() => signal?.removeEventListener("abort", abort));
}

function readLines(child: ChildProcess, { onLine }: StartOptions): readonly string[] {
  const tail: string[] = [];
  for (const stream of ["stdout", "stderr"] as const) {
    if (child[stream]) {
      splitLines(child[stream], (line) => {
        if (tail.push(line) > tailLength) tail.shift();
        onLine?.(stream, line);
      });
    }
  }
  return tail;
}

/** Calls `take` for each line as soon as it is whole, and for the rest at the end. */
function splitLines(stream: Readable, take: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const [first = "", ...lines] = chunk.split("\n");
    if (rest.length < longestLine) rest += first;
    for (const line of lines) {
      take(rest.endsWith("\r") ? rest.slice(0, -1) : rest);
      rest = line;
    }
  });
  stream.on("end", () => rest && take(rest));
}
