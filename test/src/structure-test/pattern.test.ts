import * as assert from "uvu/assert";
import { matcher, patternProblem } from "../../../src/structure-test/pattern.ts";
import { isSimplePattern } from "../../../src/structure-test/simple-pattern.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("patterns of structure tests");

test("patternProblem() gives null when RE2 takes the pattern", () => {
  for (const text of ["", "a.b", "(?i)node v\\d+", "[[:alpha:]]+\\z", "\\QC++\\E", "(?P<major>\\d+)", "\\pL", "a{2,}"])
    assert.is(patternProblem(text), null, text);
});

test("patternProblem() says what is wrong, and where, in the words of Go", () => {
  assert.is(patternProblem("v(24"), "missing closing ): `v(24`");
  assert.is(patternProblem("(?=x)"), "invalid or unsupported Perl syntax: `(?=`");
  assert.is(patternProblem("(a)\\1"), "invalid escape sequence: `\\1`");
  assert.is(patternProblem("a**"), "invalid nested repetition operator: `**`");
  assert.is(patternProblem("x{1001}"), "invalid repeat count: `{1001}`");
  assert.is(patternProblem("(?<=a)b"), "invalid named capture: `(?<=a)b`");
});

test("matcher() finds a match anywhere when there are no anchors", () => {
  assert.is(matcher("24\\.\\d+")("node v24.11.0\n"), true);
  assert.is(matcher("25\\.\\d+")("node v24.11.0\n"), false);
});

test("matcher() has the anchors of Go: $ is the end of the text, (?m) makes it one of lines", () => {
  assert.is(matcher("^two$")("one\ntwo\n"), false);
  assert.is(matcher("(?m)^two$")("one\ntwo\n"), true);
  assert.is(matcher("two$")("one\ntwo\n"), false);
  assert.is(matcher("one.two")("one\ntwo"), false);
  assert.is(matcher("(?s)one.two")("one\ntwo"), true);
});

test("matcher() takes linear time when a pattern would explode", () => {
  assert.is(matcher("(a*)*b")("a".repeat(50_000)), false);
});

test("isSimplePattern() is true when a pattern is plain", () => {
  for (const text of ["", "PATH=/usr/bin", "v24\\.11\\.0", "^node.*$", "[0-9]+\\.[a-z_.-]*", "a|b", "\\d+ packages?"])
    assert.is(isSimplePattern(text), true, text);
  for (const text of ["(a)", "a{2}", "a**", "[z-a]", "\\1", "\\", "[", "*", "(?i)a", "^*"])
    assert.is(isSimplePattern(text), false, text);
});

test("isSimplePattern() is never true when RE2 does not take the pattern", () => {
  const parts = [
    "a",
    "é",
    ".",
    "*",
    "+",
    "?",
    "\\",
    "[",
    "]",
    "^",
    "$",
    "|",
    "-",
    "a-z",
    "0-9",
    "d",
    "w",
    "(",
    "{",
    "/",
  ];
  let state = 1;
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: random(8) }, () => parts[random(parts.length)]).join("");
    if (isSimplePattern(text)) assert.is(patternProblem(text), null, text);
  }
});
