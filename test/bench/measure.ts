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

/** What the rounds gave, one after the other: each its measurements in milliseconds. */
export type Rounds = readonly (readonly number[])[];

/** Runs every contestant once a round, each round in the other order. */
export async function interleaved(
  { rounds }: Effort,
  contestants: readonly (() => Promise<readonly number[]>)[],
): Promise<readonly Rounds[]> {
  const all = contestants.map((run) => ({ run, rounds: [] as (readonly number[])[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { run, rounds } of round % 2 === 0 ? all : all.toReversed()) rounds.push(await run());
  }
  return all.map(({ rounds }) => rounds);
}

/** The median of the `i`-th measurement. */
export function medianOf(rounds: Rounds = [], i = 0): number {
  return median(rounds.map((round) => round[i] ?? Number.NaN));
}

/** A row of a table: medians, the median of the rounds' ratios, and what is wanted of it. */
export function comparison(title: string, [ours, theirs]: readonly Rounds[], wanted: number, i = 0): string[] {
  const ratios = (ours ?? []).map((round, n) => (round[i] ?? Number.NaN) / (theirs?.[n]?.[i] ?? Number.NaN));
  const [own, other] = [medianOf(ours, i), medianOf(theirs, i)];
  return [title, own.toFixed(0), other.toFixed(0), median(ratios).toFixed(2), `≤ ${wanted.toFixed(2)}`];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
