import type { Environment } from "./environment.ts";

/** What every verb gets: the environment, where it was called, and where it may print. */
export interface Context {
  readonly environment: Environment;
  /** The project's folder, absolute. */
  readonly folder: string;
  /** The command line, without the program. */
  readonly words: readonly string[];
  /** Aborted by the first Ctrl-C; the second ends the process at once. */
  readonly signal: AbortSignal;
  print(text: string): void;
  printError(text: string): void;
}
