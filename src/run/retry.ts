import { type Problem, problemsOf } from "../problem.ts";

/** Work that may be done again after it failed. */
export interface Attempts<T> {
  readonly work: () => Promise<T>;
  /** What is wrong with a result; nothing for a good one. */
  readonly failures: (result: T) => readonly Problem[];
  /** How often it is done again at most. */
  readonly retries: number;
  /** Waits for so many milliseconds; rejects when the run is stopped. Told why, for people. */
  readonly pause: (milliseconds: number, problems: readonly Problem[]) => Promise<void>;
  readonly signal: AbortSignal;
}

/** The last result, what is wrong with it, and how often the work was done. */
export interface Attempted<T> {
  readonly result: T;
  readonly problems: readonly Problem[];
  readonly tries: number;
}

/** Does work until it goes well or may not be tried again, after 1 s, 2 s, 4 s and so on. Throws what the last try threw. */
export async function attempt<T>({ work, failures, retries, pause, signal }: Attempts<T>): Promise<Attempted<T>> {
  for (let tries = 1; ; tries += 1) {
    const tried = await work().then(
      (result) => ({ result, problems: failures(result) }),
      (error: unknown) => ({ error, problems: problemsOf(error) }),
    );
    if (tried.problems.length > 0 && tries <= retries && !signal.aborted && tried.problems.every(mayPass)) {
      await pause(1000 * 2 ** (tries - 1), tried.problems);
      continue;
    }
    if ("error" in tried) throw tried.error;
    return { ...tried, tries };
  }
}

/** What is written wrongly will be wrong again. */
function mayPass({ kind }: Problem): boolean {
  return kind !== "config" && kind !== "usage";
}
