import type { Expander } from "../dockerfile/mod.ts";
import type { TestFile } from "../model/structure-test.ts";
import { problemsOf } from "../problem.ts";
import type { ParsedTests } from "../structure-test/parse.ts";
import type { TestReader } from "../structure-test/read.ts";
import type { Drafted } from "./draft.ts";
import type { TestSource } from "./find-tests.ts";
import type { Problems } from "./problems.ts";

/** Renders and reads the tests of all targets, by target. The parser is loaded only where there are tests. */
export async function readTests(
  drafts: readonly Drafted[],
  expand: Expander,
  problems: Problems,
): Promise<ReadonlyMap<string, readonly TestFile[]>> {
  const tested = drafts.filter(({ tests }) => tests.length > 0);
  const byTarget = new Map<string, readonly TestFile[]>();
  if (tested.length === 0) return byTarget;
  const { createTestReader } = await import("../structure-test/read.ts");
  const reader = createTestReader();
  for (const drafted of tested) {
    const files = drafted.tests.map((source, i) => readOne(source, testName(i), { drafted, expand, reader, problems }));
    byTarget.set(drafted.plan.id, (await Promise.all(files)).flat());
  }
  return byTarget;
}

/** What the i-th test file of a target is called in dist. */
function testName(i: number): string {
  return i === 0 ? "test.yml" : `test-${i}.yml`;
}

interface Reading {
  readonly drafted: Drafted;
  readonly expand: Expander;
  readonly reader: TestReader;
  readonly problems: Problems;
}

/** The tests of one source; none after a report. */
async function readOne(source: TestSource, name: string, reading: Reading): Promise<readonly TestFile[]> {
  const { problems, drafted } = reading;
  try {
    const read = "tests" in source ? await takeValue(source, reading) : await readFile(source, name, reading);
    return read === undefined ? [] : [{ name, ...read }];
  } catch (error) {
    for (const problem of problemsOf(error)) problems.adopt(problem, drafted.plan);
    return [];
  }
}

type Value = Extract<TestSource, { readonly tests: unknown }>;

async function takeValue(
  { tests, path, caller }: Value,
  { reader, problems }: Reading,
): Promise<ParsedTests | undefined> {
  const { tests: taken, findings } = await reader.take(tests);
  for (const finding of findings) {
    problems.report({ ...finding, path: [...path, ...finding.path], caller, within: finding.path });
  }
  return taken;
}

async function readFile(
  origin: Exclude<TestSource, Value>,
  name: string,
  { drafted: { template, draft }, expand, reader }: Reading,
): Promise<ParsedTests | undefined> {
  const { source } = origin;
  if (!origin.template) return await reader.parse({ source, text: origin.text, lines: [], rendered: null });
  if (template === undefined) return undefined;
  const rendered = `dist/${draft.image}/${draft.reference}/${name}`;
  return await reader.parse({ source, ...expand({ ...template, origin }), rendered });
}
