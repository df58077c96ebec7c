import { check } from "../config/check.ts";
import { type Path, writePath } from "../config/describe.ts";
import type { Form } from "../config/forms.ts";
import type { Finding } from "../config/report.ts";
import type { StructureTest, TestFile } from "../model/structure-test.ts";
import { ImagesError, type Problem } from "../problem.ts";
import { complete, type StructureTestSpec } from "./spec.ts";
import { type Position, readYaml } from "./yaml.ts";

/** The text of a test file, its template rendered. */
export interface TestText {
  /** Relative to the project. */
  readonly source: string;
  readonly text: string;
  /** Of a template: `lines[i]` is the line of `source` (from 1) behind line `i + 1` of `text`; 0 where there is none. */
  readonly lines: readonly number[];
  /** Where the rendered text of a template is shown, `dist/app/1.0/test.yml`; null where `text` is the source's own. */
  readonly rendered: string | null;
}

/** A test file but for its name in dist. */
export type ParsedTests = Omit<TestFile, "name">;

/**
 * Reads a test file; `schema` is the form of the whole file.
 *
 * @throws ImagesError with everything that is wrong in it (kind `config`).
 */
export function parseTests(written: TestText, schema: Form): ParsedTests {
  const { source, text } = written;
  const { value = {}, errors, position } = readYaml(text);
  const at = (path: Path) => placeOf(written, position(path));
  const problems: Problem[] = errors.map(({ message, ...where }) =>
    unreadable(message, source, placeOf(written, where)),
  );
  const tell = (finding: Omit<Finding, "caller">) => {
    problems.push(problemOf(finding, source, at(finding.path)));
  };
  if (problems.length === 0 || Object.keys(Object(value)).length > 0) check(schema, { value, path: [] }, tell);
  if (problems.length > 0) throw new ImagesError(problems);
  const tests = complete(value as StructureTestSpec);
  const places = placesOf(tests);
  if (places.length === 0) throw new ImagesError(problemOf({ path: [], ...noTests }, source, at([])));
  const lines = places.flatMap((path) => {
    const { line } = at(path).place;
    return line === undefined ? [] : [[writePath(path), line] as const];
  });
  return { ...tests, text, source, lines: Object.fromEntries(lines) };
}

/** What is said of a file or value in which nothing is tested: the original takes it for a failure. */
export const noTests = {
  code: "no-tests",
  found: "no tests",
  wanted: "at least one of commandTests, fileExistenceTests, fileContentTests, metadataTest and licenseTests",
};

/** The paths of all tests: `commandTests[0]`, `metadataTest`. */
export function placesOf(tests: StructureTest): readonly Path[] {
  const lists = ["commandTests", "fileExistenceTests", "fileContentTests", "licenseTests"] as const;
  const listed = lists.flatMap((name) => tests[name].map((_, i) => [name, i]));
  return tests.metadataTest === null ? listed : [...listed, ["metadataTest"]];
}

type Placed = Required<Pick<Problem, "place">> & Pick<Problem, "rendered" | "excerpt">;

function placeOf({ source, text, lines, rendered }: TestText, { line, column }: Position): Placed {
  if (rendered === null) return { place: { file: source, line, column } };
  const written = lines[line - 1] || undefined;
  return {
    place: { file: source, ...(written === undefined ? {} : { line: written }) },
    rendered: { file: rendered, line, column },
    excerpt: text.split("\n")[line - 1]?.trim() ?? "",
  };
}

function unreadable(found: string, source: string, placed: Placed): Problem {
  return { code: "invalid-yaml", kind: "config", message: `Cannot read ${source}: found ${found}`, found, ...placed };
}

function problemOf({ path, code, found, ...rest }: Finding, source: string, placed: Placed): Problem {
  const where = path.length === 0 ? source : `${writePath(path)} of ${source}`;
  const message = `Cannot use ${where}: found ${found}`;
  const { wanted, fix } = rest;
  return {
    code,
    kind: "config",
    message,
    ...(path.length === 0 ? {} : { path: writePath(path) }),
    ...placed,
    found,
    ...(wanted === undefined ? {} : { wanted }),
    ...(fix === undefined ? {} : { fix }),
  };
}
