import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { createIgnore, readPatterns, type Verdict } from "../../../infrastructure/files/ignore.ts";
import { ImagesError } from "../../../src/problem.ts";
import { suite } from "../../rig/suite.ts";

const test = suite(".dockerignore");

/** What is left of the paths; a folder stands before what is in it. */
function kept(text: string, paths: readonly string[]): readonly string[] {
  const ignore = createIgnore(readPatterns(text));
  const verdicts = new Map<string, Verdict>();
  return paths.filter((path) => {
    const slash = path.lastIndexOf("/");
    const verdict = ignore.judge(path, slash < 0 ? undefined : verdicts.get(path.slice(0, slash)));
    verdicts.set(path, verdict);
    return !verdict.ignored;
  });
}

const paths = ["README.md", "a", "a/README.md", "a/b", "a/b/x.go", "a/b/y.txt", "ab", "src", "src/main.go", "x.go"];
const cases: readonly (readonly [text: string, left: string])[] = [
  ["", "README.md a a/README.md a/b a/b/x.go a/b/y.txt ab src src/main.go x.go"],
  ["# README.md\n\n  x.go  \n", "README.md a a/README.md a/b a/b/x.go a/b/y.txt ab src src/main.go"],
  ["README.md", "a a/README.md a/b a/b/x.go a/b/y.txt ab src src/main.go x.go"],
  ["/a/\n./src", "README.md ab x.go"],
  ["*/*.md", "README.md a a/b a/b/x.go a/b/y.txt ab src src/main.go x.go"],
  ["**/*.go", "README.md a a/README.md a/b a/b/y.txt ab src"],
  ["a/**", "README.md a ab src src/main.go x.go"],
  ["a?\n[^a-rR]*", "README.md a a/README.md a/b a/b/x.go a/b/y.txt"],
  ["*\n!src", "src src/main.go"],
  ["*\n!a/b/*.go", "a/b/x.go"],
  ["!x.go\n*.go", "README.md a a/README.md a/b a/b/x.go a/b/y.txt ab src src/main.go"],
  ["a\n!a/b\na/b/x.go", "README.md a/b a/b/y.txt ab src src/main.go x.go"],
  ["**\n!**/README.md", "README.md a/README.md"],
];

for (const [text, left] of cases) {
  test(`createIgnore() leaves [${left}] of ${JSON.stringify(text)}`, async () => {
    assert.is(kept(text, paths).join(" "), left);
  });
}

test("createIgnore() decides like moby/patternmatcher 0.6.0 in recorded cases", async () => {
  const file = new URL("../../fixtures/dockerignore/patternmatcher.json", import.meta.url);
  const recorded: { text: string; paths: string[]; kept: string[] }[] = JSON.parse(readFileSync(file, "utf8"));
  for (const it of recorded) assert.equal(kept(it.text, it.paths), it.kept, it.text);
});

test("createIgnore() names a pattern that cannot be read", async () => {
  for (const text of ["a[b", "!", "[]", "a\\"]) {
    assert.throws(
      () => createIgnore(readPatterns(text)),
      (error: unknown) =>
        error instanceof ImagesError &&
        error.message === `Cannot read the pattern ${JSON.stringify(text)} of .dockerignore`,
    );
  }
});

test("mayHold() is true for the folders on the way to an exception only", async () => {
  const ignore = createIgnore(readPatterns("*\n!src/lib/**"));
  assert.equal(["src", "src/lib", "node_modules"].map(ignore.mayHold), [true, false, false]);
  assert.is(createIgnore(readPatterns("*\n!**/x")).mayHold("node_modules"), true);
  assert.is(createIgnore(readPatterns("*")).mayHold("src"), false);
});
