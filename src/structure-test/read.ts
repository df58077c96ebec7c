import { check } from "../config/check.ts";
import { type Form, object } from "../config/forms.ts";
import type { Finding } from "../config/report.ts";
import { noTests, type ParsedTests, parseTests, placesOf, type TestText } from "./parse.ts";
import { schemaVersion, sectionsSchema, testFileSchema } from "./schema.ts";
import { isSimplePattern } from "./simple-pattern.ts";
import { complete, type StructureTestSpec } from "./spec.ts";
import { writeYaml } from "./yaml.ts";

/** Reads tests, each file and each value once. */
export interface TestReader {
  /** Throws ImagesError with everything that is wrong in the file. */
  parse(text: TestText): Promise<ParsedTests>;
  /** A value of the configuration as a test file. */
  take(spec: unknown): Promise<TakenTests>;
}

/** The tests of a value, or what is wrong of it, with paths from its own root. */
export interface TakenTests {
  readonly tests: ParsedTests | undefined;
  readonly findings: readonly Finding[];
}

export function createTestReader(): TestReader {
  const { problemOf, surely } = createPatterns();
  const sections = sectionsSchema(problemOf);
  const [ofFile, ofValue] = [testFileSchema(sections), object(sections, "structureTest({ … })")];
  const files = new Map<string, Promise<ParsedTests>>();
  const values = new Map<unknown, Promise<TakenTests>>();
  return {
    parse: (text) => once(files, `${text.source}\0${text.text}`, () => surely(() => parseTests(text, ofFile))),
    take: (spec) => once(values, spec, () => surely(() => parseValue(spec, ofValue))),
  };
}

function once<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function parseValue(spec: unknown, schema: Form): TakenTests {
  const findings: Finding[] = [];
  check(schema, { value: spec, path: [] }, (finding) => findings.push(finding));
  if (findings.length > 0) return { tests: undefined, findings };
  const right = spec as StructureTestSpec;
  const tests = complete(right);
  if (placesOf(tests).length === 0) return { tests: undefined, findings: [{ path: [], ...noTests }] };
  return { tests: { ...tests, text: writeYaml({ schemaVersion, ...right }), source: null, lines: {} }, findings };
}

type ProblemOf = (pattern: string) => string | null;

/** Loads the parser of patterns only for a pattern that needs it, and has it read each pattern once. */
function createPatterns() {
  const known = new Map<string, string | null>();
  let parser: ProblemOf | undefined;
  let unsure = false;
  const problemOf: ProblemOf = (pattern) => {
    if (isSimplePattern(pattern)) return null;
    if (parser === undefined) unsure = true;
    else if (!known.has(pattern)) known.set(pattern, parser(pattern));
    return known.get(pattern) ?? null;
  };
  /** Does the work again where a pattern could not be judged the first time. */
  const surely = async <T>(work: () => T): Promise<T> => {
    try {
      const result = work();
      if (!unsure) return result;
    } catch (error) {
      if (!unsure) throw error;
    }
    parser ??= (await import("./pattern.ts")).patternProblem;
    unsure = false;
    return work();
  };
  return { problemOf, surely };
}
