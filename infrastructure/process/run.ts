import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Options, ProcessOutput, Shell } from "zx/core";
import { cancelled, notStarted, timedOut } from "./failure.ts";
import { forget, killGroup, track } from "./group.ts";

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment; absent: this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; absent: closed. */
  readonly input?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface Finished {
  /** Exit code; 128 + n when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a tool to its end and gives all it wrote, whatever its exit code. For short output: it is kept in memory.
 *
 * @throws ImagesError `program-not-found`, or `command-timeout` and `command-cancelled`, these whatever it returned.
 */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const limit = new AbortController();
  const timer = options.timeout === undefined ? undefined : setTimeout(() => limit.abort(), options.timeout);
  const stop = options.signal ? AbortSignal.any([options.signal, limit.signal]) : limit.signal;
  try {
    const output = await outputUnless(stop, command, options);
    if (output && !stop.aborted) return finished(output);
    throw limit.signal.aborted ? timedOut(command, options.timeout) : cancelled(command, stop.reason);
  } finally {
    clearTimeout(timer);
  }
}

/** What the command gives; undefined when it was stopped, with nothing of it left. */
async function outputUnless(
  stop: AbortSignal,
  command: readonly string[],
  options: RunOptions,
): Promise<ProcessOutput | undefined> {
  const shell = await frozen();
  if (stop.aborted) return undefined;
  const child = shell(settings(command, options))`${command}`;
  const { pid } = child;
  if (pid === undefined) throw notStarted(command, (await child).cause);
  track(pid);
  child.child?.once("exit", () => forget(pid));
  const output = await Promise.race([child, aborted(stop)]);
  if (!output) await killGroup(pid, 1000);
  return output;
}

/** zx with every setting that `ZX_*` variables could change set, once for all. */
let frozenShell: Promise<Shell> | undefined;

// zx takes 20 ms to load, and most commands run no tool this way.
function frozen(): Promise<Shell> {
  frozenShell ??= import("zx/core").then(({ $ }) =>
    $({
      detached: true,
      nothrow: true,
      postfix: "",
      preferLocal: false,
      prefix: "",
      quiet: true,
      quote: String,
      shell: true,
      verbose: false,
    }),
  );
  return frozenShell;
}

/** zx knows command lines only: arguments are spawned as they are, so nothing is quoted and no shell is in between. */
function settings([program = "", ...rest]: readonly string[], { cwd, env, input }: RunOptions): Partial<Options> {
  const direct = (_line: string, _none: readonly string[], given: object) =>
    spawn(program, rest, { ...given, shell: false });
  return {
    spawn: direct as typeof spawn,
    stdio: [input ? "pipe" : "ignore", "pipe", "pipe"],
    ...(cwd !== undefined && { cwd }),
    ...(env && { env }),
    ...(input && { input }),
  };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

function finished({ exitCode, signal, stdout, stderr }: ProcessOutput): Finished {
  return { code: exitCode ?? 128 + (signal ? constants.signals[signal] : 0), stdout, stderr };
}
