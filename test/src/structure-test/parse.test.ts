import * as assert from "uvu/assert";
import { type Problem, problemsOf } from "../../../src/problem.ts";
import type { ParsedTests } from "../../../src/structure-test/parse.ts";
import { createTestReader } from "../../../src/structure-test/read.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("test files, what is wrong with them");

test("parse() allows modes as Go writes them", async () => {
  for (const mode of ["-rw-r--r--", "urwxr-xr-x", "ugrwxr-xr-x", "dtrwxrwxrwx", "Lrwxrwxrwx", "Dcrw-rw-rw-", ""]) {
    const { fileExistenceTests } = await parse(existence(mode));
    assert.is(fileExistenceTests[0]?.permissions, mode || null);
  }
});

test("parse() refuses modes that no file can have", async () => {
  for (const mode of ["rwxr-xr-x", "-rwsr-xr-x", "drwxrwxrwt", "0755", "drwx", "gurwxrwxrwx", "-rwxr-xr-x."]) {
    const [problem] = await problemsIn(existence(mode));
    assert.is(problem?.found, JSON.stringify(mode));
  }
});

const existence = (mode: string) =>
  `schemaVersion: 2.0.0\nfileExistenceTests: [{ name: a, path: /a, permissions: "${mode}" }]`;

test("parse() tells all of what is no YAML, with its place", async () => {
  const text = `schemaVersion: "2.0.0"
commandTests:
  - name: a
    name: b
    command: [x]
  - name: c
    expectedOutput: [*.txt]
    command: "x
`;
  const told = (await problemsIn(text)).map(({ code, found, place }) => [code, found, place?.line, place?.column]);
  assert.equal(told, [
    ["invalid-yaml", "the key name a second time", 4, 5],
    ["invalid-yaml", 'missing closing "quote', 9, 1],
    ["invalid-yaml", "*.txt, which stands for nothing here; text that begins with * needs quotes", 7, 22],
  ]);
});

test("parse() looks at the rest of a file that says something twice", async () => {
  const text = "schemaVersion: 2.0.0\nlicenseTests: [{ debian: true, debian: false, file: x }]\n";
  assert.equal(
    (await problemsIn(text)).map(({ message }) => message),
    [
      "Cannot read test.yml: found the key debian a second time",
      'Cannot use licenseTests[0].file of test.yml: found the key "file"',
    ],
  );
});

/** Each line doubles the one before. */
const bomb = [..."abcdefghijkl"]
  .map((name, i, all) => `${all[i + 1]}: &${all[i + 1]} [*${name}, *${name}]`)
  .slice(0, -1)
  .join("\n");

test("parse() tells what is no test file at all", async () => {
  const version = "Cannot use schemaVersion of test.yml: found nothing";
  const cases: readonly (readonly [text: string, message: string])[] = [
    ["", version],
    ["# nothing\n", version],
    ["commandTests: [{ name: a, command: b }]", version],
    ["- a", "Cannot use test.yml: found a list"],
    ["hello", 'Cannot use test.yml: found "hello"'],
    ["schemaVersion: 2.0.0", "Cannot use test.yml: found no tests"],
    ["schemaVersion: 2", 'Cannot use schemaVersion of test.yml: found "2"'],
    ["schemaVersion: 3.0.0\nwhat: ever", 'Cannot use schemaVersion of test.yml: found "3.0.0"'],
    ["schemaVersion: 2.0.0\n---\na: b", "Cannot read test.yml: found a second document"],
    ["a: &a [*a]", "Cannot read test.yml: found anchors that stand for themselves, or for too much"],
    [`a: &a [x, x]\n${bomb}`, "Cannot read test.yml: found anchors that stand for themselves, or for too much"],
  ];
  for (const [text, message] of cases) {
    const told = await problemsIn(text);
    assert.equal(
      told.map((one) => one.message),
      [message],
      text,
    );
  }
});

test("parse() gives the template's line, and the rendered place beside it", async () => {
  const rendered = "dist/app/1/test.yml";
  const text = "schemaVersion: 2.0.0\nlicenseTests:\n  - file: /a\n";
  const [problem] = await problems({ text, lines: [1, 0, 7], rendered });
  assert.equal(
    [problem?.place, problem?.rendered],
    [
      { file: "test.yml", line: 7 },
      { file: rendered, line: 3, column: 5 },
    ],
  );
  assert.is(problem?.excerpt, "- file: /a");
  const [unknown] = await problems({ text, lines: [0, 0, 0], rendered });
  assert.equal(unknown?.place, { file: "test.yml" });
  const read = await createTestReader().parse({ source: "test.yml", text: existence(""), lines: [], rendered });
  assert.equal(read.lines, {});
});

function parse(text: string): Promise<ParsedTests> {
  return createTestReader().parse({ source: "test.yml", text, lines: [], rendered: null });
}

function problemsIn(text: string): Promise<readonly Problem[]> {
  return problems({ text, lines: [], rendered: null });
}

async function problems(file: { text: string; lines: readonly number[]; rendered: string | null }) {
  try {
    await createTestReader().parse({ source: "test.yml", ...file });
    return [];
  } catch (error) {
    return problemsOf(error);
  }
}
