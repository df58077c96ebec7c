import { ImagesError, type Problem, problemsOf } from "../src/problem.ts";
import type { Context } from "./context.ts";
import { readEnvironment } from "./environment.ts";
import { dispatch } from "./program.ts";
import { interruptible } from "./signals.ts";
import { statusOf } from "./status.ts";

/** Runs the command line and gives the exit status; never throws. */
export async function main(
  argv: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const environment = readEnvironment(variables);
  const interrupt = interruptible();
  const context: Context = {
    environment,
    folder: process.cwd(),
    words: argv,
    signal: interrupt.signal,
    print: (text) => void process.stdout.write(`${text}\n`),
    printError: (text) => void process.stderr.write(`${text}\n`),
  };
  try {
    const status = await dispatch(argv, context);
    return interrupt.status() ?? status;
  } catch (error) {
    const problems = problemsOf(error);
    if (interrupt.status() === undefined) await printProblems(problems, error, context);
    return interrupt.status() ?? statusOf(problems);
  }
}

async function printProblems(
  problems: readonly Problem[],
  error: unknown,
  { printError, environment }: Context,
): Promise<void> {
  const { formatProblems } = await import("../infrastructure/terminal/problems.ts");
  printError(formatProblems(problems, { color: environment.color, columns: process.stderr.columns ?? 120 }));
  if (!(error instanceof ImagesError) && environment.variables.DEBUG) printError(String((error as Error).stack));
}
