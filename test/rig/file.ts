import { spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { channel, type Line, type Result } from "./results.ts";

/** What came of one test file. */
export interface FileReport {
  /** Relative to the project. */
  readonly file: string;
  readonly results: readonly Result[];
  /** Milliseconds. */
  readonly duration: number;
  /** What the process printed. */
  readonly output: string;
}

/** Runs a test file in a process group of its own; what is left of the group afterwards is killed. */
export async function runFile(file: string, scratch: string, limit: number, signal: AbortSignal): Promise<FileReport> {
  const start = performance.now();
  const name = join(scratch, file.replaceAll("/", "+"));
  await using output = await open(`${name}.output`, "w+");
  const child = spawn(process.execPath, [file], {
    detached: true,
    stdio: ["ignore", output.fd, output.fd],
    env: { ...process.env, [channel]: `${name}.jsonl` },
  });
  const end = await ended(child, limit, signal);
  const results = readLines(await readFile(`${name}.jsonl`, "utf8").catch(() => ""), end);
  return { file, results, duration: performance.now() - start, output: await readFile(`${name}.output`, "utf8") };
}

type Child = ReturnType<typeof spawn>;

/** Says how the process ended: null when it ended well. */
async function ended(child: Child, limit: number, signal: AbortSignal): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const timer = setTimeout(() => stop(`The file timed out after ${limit} ms`), limit);
  const interrupted = (): void => stop("Interrupted");
  signal.addEventListener("abort", interrupted, { once: true });
  child.once("error", (error) => resolve(`The file did not start: ${error.message}`));
  child.once("exit", (code, by) =>
    resolve(code === 0 ? null : `The file's process ended with ${by ?? `status ${code}`}`),
  );
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", interrupted);
    killGroup(child);
  }

  function stop(reason: string): void {
    killGroup(child);
    resolve(reason);
  }
}

function killGroup({ pid }: Child): void {
  try {
    if (pid) process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing is left of it.
  }
}

/** The results told so far, and a failed one for a file that did not come to its end as it should. */
function readLines(text: string, end: string | null): readonly Result[] {
  const lines = text
    .split("\n")
    .filter(Boolean)
    .map((line): Line => JSON.parse(line));
  const results = lines.flatMap((line) => ("result" in line ? [line.result] : []));
  const complete = lines.some((line) => "end" in line);
  const explained = complete && results.some(({ state }) => state === "failed");
  const message = end ?? (complete ? null : "The file ended before its tests had run");
  if (message === null || explained) return results;
  return [...results, { ...ofProcess, state: "failed", duration: 0, message }];
}

const ofProcess = { suite: "rig", test: "process" };

/** Whether a result tells of the process itself, so that its output does not show it. */
export function isUntold({ suite, test }: Result): boolean {
  return suite === ofProcess.suite && test === ofProcess.test;
}
