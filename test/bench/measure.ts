import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** How long the benchmark may take: medians of a few runs, or one run each. */
export interface Effort {
  /** How often every contestant runs. */
  readonly rounds: number;
}

/** Where a measured command runs. */
export interface Surroundings {
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Gets what the command prints: a pipe would make it wait for us. */
  readonly log: string;
}

/** Milliseconds from the start of a command to its end. Throws with what it printed when it fails. */
export async function timed(command: readonly string[], { cwd, env, log }: Surroundings): Promise<number> {
  const [program = "", ...rest] = command;
  const output = openSync(log, "w");
  const begin = performance.now();
  const child = spawn(program, rest, { cwd, env, stdio: ["ignore", output, output] });
  closeSync(output);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("exit", resolve);
    child.once("error", reject);
  });
  const took = performance.now() - begin;
  if (code !== 0)
    throw new Error(`${command.join(" ")} ended with ${code}:\n${(await readFile(log, "utf8")).slice(-2000)}`);
  return took;
}

/** Runs every contestant once a round, each round in the other order, and gives the medians of what they return. */
export async function interleaved<Name extends string>(
  { rounds }: Effort,
  contestants: Readonly<Record<Name, () => Promise<readonly number[]>>>,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(contestants) as Name[];
  const results = new Map<Name, (readonly number[])[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) results.get(name)?.push(await contestants[name]());
  }
  return Object.fromEntries([...results].map(([name, runs]) => [name, columns(runs).map(median)])) as Record<
    Name,
    readonly number[]
  >;
}

function columns(runs: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return (runs[0] ?? []).map((_, i) => runs.map((run) => run[i] ?? Number.NaN));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** A row of a table: both in milliseconds, their ratio, and the ratio that is wanted at most. */
export function comparison(title: string, ours: number, theirs: number, wanted: number): (string | number)[] {
  return [title, ours.toFixed(0), theirs.toFixed(0), (ours / theirs).toFixed(2), `≤ ${wanted.toFixed(2)}`];
}
