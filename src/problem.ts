/**
 * What went wrong, where, and the way out: the one form every error of this tool has.
 *
 * Only `code` and `message` are always there; a reader gets the more lines the more is known.
 */
export interface Problem {
  /** Stable name for programs, in kebab-case: `unknown-tag`, `registry-unreachable`. */
  readonly code: string;
  /** One sentence: the action that failed and the current state. Sentence case, no final period. */
  readonly message: string;
  /** The class of failure; decides the exit status. */
  readonly kind: ProblemKind;
  /** Path in the configuration, as a user would write it: `node.variants.slim.from`. */
  readonly path?: string;
  /** File, and where known the line and column (from 1), relative to the project. */
  readonly place?: Place;
  /** The same place in a file made from it: the Dockerfile under dist/ behind a template. */
  readonly rendered?: Place;
  /** The text at that place. */
  readonly excerpt?: string;
  readonly found?: string;
  readonly wanted?: string;
  /** Places that were searched, relative to the project. */
  readonly looked?: readonly string[];
  /** What the user can do about it: a command, or text to write. */
  readonly fix?: string;
  /** The last lines of a failed command's output. */
  readonly log?: readonly string[];
}

/**
 * The class of a failure: work that went wrong, an image that failed its tests, a wrong command line, a wrong
 * configuration, a missing service.
 */
export type ProblemKind = "task" | "test" | "usage" | "config" | "service";

export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** The exit status that a kind of problem ends the command with. */
export const exitStatus: Readonly<Record<ProblemKind, number>> = { task: 1, usage: 2, config: 3, test: 4, service: 5 };

/** The one error class: carries every problem that was found, not only the first. */
export class ImagesError extends Error {
  override readonly name = "ImagesError";
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[], options?: ErrorOptions) {
    const all: readonly Problem[] = "code" in problems ? [problems] : problems;
    super(all.map((problem) => problem.message).join("\n"), options);
    this.problems = all;
  }
}

/** Throws a single problem; an expression, so that it can stand behind `??`. */
export function fail(problem: Problem): never {
  throw new ImagesError(problem);
}

/** The problems an unknown thrown value stands for; an unexpected error becomes an `internal` one with its stack. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof ImagesError) return error.problems;
  const known = error instanceof Error && "code" in error ? ofSystem(error) : undefined;
  if (known) return [known];
  const message = error instanceof Error ? error.message : String(error);
  const log = error instanceof Error && error.stack ? error.stack.split("\n").slice(1, 6) : [];
  return [{ code: "internal", kind: "task", message, log }];
}

/** Any look at a file may be the one for which there is no room or no right. */
function ofSystem(error: Error & { readonly code: unknown; readonly path?: unknown }): Problem | undefined {
  const { code, path } = error;
  if (code === "ENOSPC") {
    const where = path === undefined ? "" : ` for ${path}`;
    const fix = "Make room. IMAGE_MANAGER_CACHE names another folder for what the tool keeps";
    return { code: "disk-full", kind: "task", message: `The disk is full: no room${where}`, fix };
  }
  const why = refusals[String(code)];
  if (why === undefined || path === undefined) return undefined;
  const fix = "See whose it is: what was once made as root stays root's";
  return { code: "no-access", kind: "task", message: `No access to ${path}: ${why}`, fix };
}

const refusals: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
};
