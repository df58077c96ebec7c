import colours from "picocolors";
import { type FileReport, isUntold } from "./file.ts";
import type { Result } from "./results.ts";

/** One line for a file that has ended: `✔ test/a.test.ts  12 passed  1.2 s`. */
export function fileLine({ file, results, duration }: FileReport): string {
  const mark = failedIn(results).length > 0 ? colours.red("✘") : colours.green("✔");
  return `${mark} ${file}  ${counts(results)}  ${colours.dim(`${(duration / 1000).toFixed(1)} s`)}`;
}

/** What failed, with everything its process printed: the last thing on the screen but the count. */
export function failure({ file, results, output }: FileReport): string {
  const failed = failedIn(results).map(({ suite, test }) => `  ${suite} › ${test}`);
  const untold = results.filter(isUntold).map(({ message }) => message);
  const told = [output.trimEnd(), ...untold].join("\n").replaceAll("\n", "\n  ");
  return `\n${colours.red(`✘ ${file}`)}\n${failed.join("\n")}\n  ${told}\n`;
}

/** The reasons of the tests that were left out. */
export function skipped({ file, results }: FileReport): readonly string[] {
  return results
    .filter(({ state }) => state === "skipped")
    .map(({ suite, test, message }) => `Skipped: ${file} › ${suite} › ${test}: ${message}`);
}

/** The closing line, the same for programs and people: `12 passed, 0 failed`. What was skipped has lines of its own. */
export function counts(results: readonly Result[]): string {
  const count = (state: Result["state"]): number => results.filter((result) => result.state === state).length;
  return `${count("passed")} passed, ${count("failed")} failed`;
}

/** The failed ones. */
export function failedIn(results: readonly Result[]): readonly Result[] {
  return results.filter(({ state }) => state === "failed");
}
