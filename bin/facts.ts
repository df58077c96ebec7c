import type { TaskName } from "../src/events.ts";
import type { Json } from "../src/json.ts";
import type { Platform } from "../src/model/platform.ts";
import type { TestResult } from "../src/ports.ts";
import type { Fact } from "../src/report/fact.ts";
import { type Finished, failuresIn } from "../src/report/run.ts";
import type { TaskKind } from "../src/task.ts";
import { build } from "../tasks/build.ts";
import { manifest } from "../tasks/manifest.ts";
import { push } from "../tasks/push.ts";
import { sbom } from "../tasks/sbom.ts";
import { test } from "../tasks/test.ts";

/** What a run's tasks found out, in the words of a report, which knows nothing of kinds of tasks and their outputs. */
export function factsOf(finished: readonly Finished[], hide: (text: string) => string): readonly Fact[] {
  const failures = failuresIn(finished).map((fact) => {
    const { task, message, details } = fact.failure;
    return { ...fact, failure: { task, message: hide(message), details: details.map(hide) } };
  });
  return [...finished.flatMap(factOf), ...failures];
}

function factOf({ task, outcome }: Finished): readonly Fact[] {
  if (!("output" in outcome) || outcome.output === undefined) return [];
  const tell = tellers.get(task.kind);
  return tell ? [tell(task, outcome.output)] : [];
}

type Teller = (task: TaskName, output: Json) => Fact;

/** The kinds that a report has something of. */
const tellers: ReadonlyMap<string, Teller> = new Map([
  teller(build, ({ digest, layers }, here) => ({ of: "build", ...here, digest, layers })),
  teller(test, ({ results }, here) => ({ of: "tests", ...here, results: results.map(bounded) })),
  teller(sbom, ({ cyclonedx }, here) => ({ of: "packages", ...here, sbom: cyclonedx })),
  teller(manifest, ({ digest }, { target }) => ({ of: "index", target, digest })),
  teller(push, ({ tags }, { target }) => ({ of: "tags", target, references: tags.map(({ reference }) => reference) })),
]);

/** Binds the type of a kind's output to what is told of it. */
function teller<Output>(
  { kind }: TaskKind<Output>,
  tell: (output: Output, here: { readonly target: string; readonly platform: Platform }) => Fact,
): readonly [string, Teller] {
  return [
    kind,
    ({ target, platform }, output) => tell(output as Output, { target, platform: (platform ?? "/") as Platform }),
  ];
}

/** Characters of a command's output that a report shows: the end says what went wrong. */
const mostOutput = 4000;

function bounded(result: TestResult): TestResult {
  return { ...result, stdout: lastOf(result.stdout), stderr: lastOf(result.stderr) };
}

function lastOf(text: string): string {
  return text.length <= mostOutput ? text : `…${text.slice(-mostOutput)}`;
}
