import { ImagesError } from "../../src/problem.ts";

/** A command as a person would type it: arguments that a shell would take apart are quoted. */
export function commandLine(command: readonly string[]): string {
  return command
    .map((part) => (/^[\w@%+=:,./{}-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`))
    .join(" ");
}

/** Why a command could not even be started. */
export function notStarted([program = ""]: readonly string[], error: unknown): ImagesError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES") {
    const problem = { code: "program-not-started", kind: "task", fix: `chmod +x ${program}` } as const;
    return new ImagesError({ ...problem, message: `Cannot start ${program}: it is not executable` }, { cause: error });
  }
  if (code !== "ENOENT") {
    const message = `Cannot start ${program}: ${error instanceof Error ? error.message : String(error)}`;
    return new ImagesError({ code: "program-not-started", kind: "task", message }, { cause: error });
  }
  return new ImagesError(
    {
      code: "program-not-found",
      kind: "task",
      message: `Cannot start ${program}: there is no such program`,
      fix: program.includes("/") ? `Put the program at ${program}` : `Install ${program}, or add its folder to PATH`,
    },
    { cause: error },
  );
}

/** A command that ran longer than it may; `limit` is in milliseconds. */
export function timedOut(command: readonly string[], limit = 0): ImagesError {
  const message = `Stopped after ${limit / 1000} s: ${commandLine(command)}`;
  return new ImagesError({ code: "command-timeout", kind: "task", message });
}

/** A command that was stopped because nobody wants its result any more. */
export function cancelled(command: readonly string[], reason: unknown): ImagesError {
  const message = `Cancelled: ${commandLine(command)}`;
  return new ImagesError({ code: "command-cancelled", kind: "task", message }, { cause: reason });
}
