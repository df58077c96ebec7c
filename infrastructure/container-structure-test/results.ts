import type { TestFile } from "../../src/model/structure-test.ts";
import type { TestResult } from "../../src/ports.ts";

/** The report of container-structure-test 1.22 in JSON. */
export interface Report {
  /** Absent when there is none. */
  readonly Results?: readonly OriginalResult[];
}

interface OriginalResult {
  /** `Command Test: NAME`; only `NAME` for what failed before it ran; empty for a file that cannot be read. */
  readonly Name: string;
  readonly Pass: boolean;
  readonly Stdout?: string;
  readonly Stderr?: string;
  readonly Errors?: readonly string[];
  /** Nanoseconds. */
  readonly Duration: number;
}

/** A test of a file: where it stands and what it is called. */
type Place = Pick<TestResult, "at" | "name">;

/**
 * The results of a file in the order of its tests; undefined when there is not one for each.
 *
 * The program gives one result per test, in an order of its own by sections, and its names are not unique: so the
 * place in the order says which test a result is of.
 */
export function resultsOf(file: TestFile, { Results = [] }: Report): readonly TestResult[] | undefined {
  const { commands, existence, contents, metadata, licenses } = placesOf(file);
  const order = [...commands, ...contents, ...existence, ...licenses, ...metadata];
  if (order.length !== Results.length) return undefined;
  const found = new Map(order.map((place, i) => [place, Results[i] as OriginalResult]));
  return [...commands, ...existence, ...contents, ...metadata, ...licenses].map((place) => {
    const { Pass, Errors, Stdout = "", Stderr = "", Duration } = found.get(place) as OriginalResult;
    const errors = Pass ? [] : (Errors ?? ["container-structure-test gives no reason"]);
    return {
      file: file.name,
      ...place,
      errors: errors.map(shortened),
      stdout: lastPart(Stdout),
      stderr: lastPart(Stderr),
      duration: Math.round(Duration / 1e6),
    };
  });
}

function placesOf(file: TestFile) {
  const named = (section: "commandTests" | "fileExistenceTests" | "fileContentTests"): readonly Place[] =>
    file[section].map(({ name }, i) => ({ at: `${section}[${i}]`, name }));
  return {
    commands: named("commandTests"),
    existence: named("fileExistenceTests"),
    contents: named("fileContentTests"),
    metadata: file.metadataTest ? [{ at: "metadataTest", name: "metadata" }] : [],
    licenses: file.licenseTests.map((_, i) => ({ at: `licenseTests[${i}]`, name: "licenses" })),
  };
}

const longest = { output: 64 * 1024, error: 2000 };

function lastPart(output: string): string {
  return output.length <= longest.output ? output : output.slice(-longest.output);
}

/** Its sentences quote all of the output; the result has that anyway. */
function shortened(error: string): string {
  return error.length <= longest.error ? error : `${error.slice(0, longest.error)}…`;
}
