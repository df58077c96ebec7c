import { appendFileSync } from "node:fs";

/** How one test ended. `message` is the error with its difference and stack, or the reason of a skipped one. */
export interface Result {
  readonly suite: string;
  readonly test: string;
  readonly state: "passed" | "failed" | "skipped";
  /** Milliseconds. */
  readonly duration: number;
  readonly message: string;
}

/** A line of the side channel between a test file's process and the runner. The last one says that it came to its end. */
export type Line = { readonly result: Result } | { readonly end: { readonly registered: number } };

/** Names the file that the runner reads; unset when a test file is run alone. */
export const channel = "IMAGE_MANAGER_TEST_RESULTS";

/** Tells the runner. Synchronous: a process that dies right after has told it. */
export function tell(line: Line): void {
  const file = process.env[channel];
  if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
}
