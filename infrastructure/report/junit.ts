import type { TestResult } from "../../src/ports.ts";
import type { Failure, PlatformReport, Report, TargetReport } from "../../src/report/document.ts";
import { type Markup, markup } from "./markup.ts";

/**
 * A report's tests in the XML form of JUnit that CI systems read: a suite for each target and platform.
 *
 * What kept tests from running is an error, as of a test named for the task. Times are seconds.
 */
export function junit({ images, run }: Report): string {
  const targets = images.flatMap((image) => image.targets);
  const suites = targets.flatMap((target) => [
    ...target.platforms.flatMap((it) => suitesOf(it, target)),
    ...ofAll(target),
  ]);
  const written = suites.map((suite) => suiteXml(suite, run.at));
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts(suites)}>
${written}</testsuites>
`.text;
}

interface Suite {
  readonly name: string;
  readonly results: readonly TestResult[];
  readonly failures: readonly Failure[];
}

function suitesOf({ platform, tests, failures }: PlatformReport, { id }: TargetReport): readonly Suite[] {
  if (tests.results.length + failures.length === 0) return [];
  return [{ name: `${id} ${platform}`, results: tests.results, failures }];
}

/** Tasks that are for all platforms. */
function ofAll({ id, failures }: TargetReport): readonly Suite[] {
  return failures.length === 0 ? [] : [{ name: id, results: [], failures }];
}

function counts(suites: readonly Suite[]): Markup {
  const results = suites.flatMap((suite) => suite.results);
  const failed = results.filter(({ errors }) => errors.length > 0).length;
  const errors = suites.reduce((sum, suite) => sum + suite.failures.length, 0);
  const time = seconds(results.reduce((sum, { duration }) => sum + duration, 0));
  return markup`tests="${results.length + errors}" failures="${failed}" errors="${errors}" time="${time}"`;
}

function suiteXml(suite: Suite, at: string): Markup {
  return markup`<testsuite name="${suite.name}" ${counts([suite])} skipped="0" timestamp="${at.slice(0, 19)}">
${suite.failures.map((failure) => errorCase(failure, suite.name))}${suite.results.map((result) => testCase(result, suite.name))}</testsuite>
`;
}

function errorCase({ task, message, details }: Failure, suite: string): Markup {
  return markup`<testcase classname="${suite}" name="${task}" time="0.000">
<error message="${message}">${[message, ...details].join("\n")}</error>
</testcase>
`;
}

function testCase({ name, at, file, errors, stdout, stderr, duration }: TestResult, suite: string): Markup {
  const failure = errors.length > 0 && markup`<failure message="${errors[0] ?? ""}">${errors.join("\n")}</failure>\n`;
  return markup`<testcase classname="${suite}" name="${name === "" ? at : name}" file="${file}" time="${seconds(duration)}">
${failure}${output("out", stdout)}${output("err", stderr)}</testcase>
`;
}

function output(stream: "out" | "err", text: string): Markup | null {
  return text === "" ? null : markup`<system-${stream}>${text}</system-${stream}>\n`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
