import type { Input } from "../src/input.ts";
import type { TestFile } from "../src/model/structure-test.ts";
import type { Target, Testing } from "../src/model/target.ts";
import type { TestResult } from "../src/ports.ts";
import type { Problem } from "../src/problem.ts";
import { defineTask, type TaskKind } from "../src/task.ts";
import { build, repositoryAt } from "./build.ts";
import { distOf } from "./render.ts";

/** What the tests of a target said on one platform; remembered only when all passed. */
export interface TestOutput {
  readonly results: readonly TestResult[];
}

/** Runs the structure tests of a target on each platform, on exactly what was built. */
export const test: TaskKind<TestOutput> = defineTask({
  kind: "test",
  version: 1,
  summary: "Run the structure tests of targets",
  queue: "test",
  plan: (target, planned, { testing }) =>
    target.tests.length === 0
      ? []
      : planned(build, target).flatMap((built) => {
          const { platform } = built;
          return platform === null ? [] : [{ ...pieceOf(target, testing, platform), platform, needs: { built } }];
        }),
  run: async ({ driver, timeout, platform, names }, { built, variables }, ports, signal) => {
    const { testers, home, target, report } = ports;
    const environment = Object.fromEntries(names.map((name, i) => [name, variables[i] ?? ""]));
    const image = { repository: repositoryAt(home, built.repository), digest: built.digest, platform };
    const request = { target: target.id, image, files: target.tests, timeout, environment };
    return { results: await testers[driver].test(request, report, signal) };
  },
  failures: ({ results }, _, target) =>
    results.filter(({ errors }) => errors.length > 0).map((result) => failureOf(result, target)),
  note: ({ results }) => `${results.length} passed`,
});

function pieceOf({ tests }: Target, { driver, timeout }: Testing, platform: Target["platforms"][number]) {
  const options = tests.map(({ containerRunOptions }) => containerRunOptions);
  const names = [...new Set(options.flatMap(({ envVars }) => envVars))].sort();
  const envFiles = options.flatMap(({ envFile }) => envFile ?? []);
  return {
    spec: { driver, timeout, platform, names, tests: tests.map(whatCounts) },
    inputs: {
      driver: { input: "tool", name: driver === "buildkit" ? "buildkitd" : driver },
      variables: names.map((name) => ({ input: "env", name }) satisfies Input),
      ...(envFiles.length === 0 ? {} : { envFiles: { input: "files", globs: envFiles } as const }),
    } as const,
  };
}

/** Comments, and the lines on which things stand, change no result. */
function whatCounts({ text: _text, lines: _lines, source: _source, ...tests }: TestFile) {
  return tests;
}

/** Tests of the configuration have no file of their own but the one in dist. */
function failureOf({ file, at, name, errors, stdout, stderr }: TestResult, target: Target): Problem {
  const written = target.tests.find((one) => one.name === file);
  const line = written?.lines[at];
  const command = commandAt(written, at);
  return {
    code: "test-failed",
    kind: "test",
    message: name,
    path: target.id,
    place: {
      file: written?.source ?? `dist/${distOf(target)}/${file}`,
      ...(line === undefined ? {} : { line }),
    },
    ...(command === undefined ? {} : { excerpt: command }),
    found: errors.join("\n"),
    log: [...lastLines("stdout", stdout), ...lastLines("stderr", stderr)],
  };
}

/** The command of `commandTests[2]`, as one would type it. */
function commandAt(file: TestFile | undefined, at: string): string | undefined {
  const index = /^commandTests\[(\d+)\]$/.exec(at)?.[1];
  const found = index === undefined ? undefined : file?.commandTests[Number(index)];
  return (
    found &&
    [found.command, ...found.args].map((word) => (/^[\w./:=@%+-]+$/.test(word) ? word : JSON.stringify(word))).join(" ")
  );
}

/** Named once, aligned below. */
function lastLines(stream: string, text: string): readonly string[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.slice(-5).map((line, i) => `${(i === 0 ? stream : "").padEnd(9)}${line}`);
}
