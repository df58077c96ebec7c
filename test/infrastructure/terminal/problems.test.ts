import * as assert from "uvu/assert";
import { formatDetails, formatProblems } from "../../../infrastructure/terminal/problems.ts";
import type { Problem } from "../../../src/problem.ts";
import { suite } from "../../rig/suite.ts";
import { failedStep, noRegistry } from "./sample.ts";

const test = suite("problems on the terminal");
const plain = { color: false };

const mistakes: readonly Problem[] = [
  {
    code: "invalid-value",
    kind: "config",
    message: 'Cannot use node.tags["24.11.0"].versions.node: found 24.11 (a number)',
    path: 'node.tags["24.11.0"].versions.node',
    place: { file: "images.config.ts", line: 14, column: 20 },
    found: "24.11 (a number)",
    wanted: 'text, as in "24.11.0": a number drops its last zero',
  },
  {
    code: "no-dockerfile",
    kind: "config",
    message: "Cannot find a Dockerfile of python",
    path: "python",
    place: { file: "images.config.ts", line: 31 },
    found: "no Dockerfile",
    looked: ["images/python/Dockerfile", "images/python/Dockerfile.jinja2"],
    fix: 'write one of them, or name it: dockerfile: "path/to/Dockerfile"',
  },
];

test("formatProblems() numbers the mistakes of a configuration", () => {
  assert.is(
    formatProblems(mistakes, { ...plain, config: "images.config.ts" }),
    `images.config.ts has 2 problems.

1  node.tags["24.11.0"].versions.node    images.config.ts:14
   found    24.11 (a number)
   wanted   text, as in "24.11.0": a number drops its last zero
2  python                                images.config.ts:31
   found    no Dockerfile
   looked   images/python/Dockerfile, images/python/Dockerfile.jinja2
   fix      write one of them, or name it: dockerfile: "path/to/Dockerfile"`,
  );
});

test("formatProblems() shows the message of a mistake that names neither path nor finding", () => {
  const cycle: Problem = { code: "task-cycle", kind: "config", message: "Tasks need each other: a → b → a" };
  const undefinedName: Problem = {
    code: "template-failed",
    kind: "config",
    message: "Undefined name 'verison'",
    path: "node",
    place: { file: "images/node/Dockerfile.jinja2", line: 3 },
    excerpt: "FROM node:{{ verison }}",
  };
  assert.is(
    formatProblems([cycle, undefinedName], plain),
    `The configuration has 2 problems.

1  Tasks need each other: a → b → a
2  node                                images/node/Dockerfile.jinja2:3
   3 │ FROM node:{{ verison }}
   Undefined name 'verison'`,
  );
});

test("formatProblems() wraps long findings and keeps places in sight of long paths", () => {
  const problem: Problem = {
    ...(mistakes[0] as Problem),
    path: `node.tags["24.11.0"].${"nested.".repeat(8)}value`,
    found: "one of many words ".repeat(5).trim(),
  };
  assert.is(
    formatProblems([problem, mistakes[1] as Problem], { ...plain, columns: 50 }),
    `The configuration has 2 problems.

1  node.tags["24.11.0"].nested.nested.nested.nested.nested.nested.nested.nested.value    images.config.ts:14
   found    one of many words one of many words
            one of many words one of many words
            one of many words
   wanted   text, as in "24.11.0": a number drops
            its last zero
2  python                                                          images.config.ts:31
   found    no Dockerfile
   looked   images/python/Dockerfile,
            images/python/Dockerfile.jinja2
   fix      write one of them, or name it: dockerfile: "path/to/Dockerfile"`,
  );
});

test("formatProblems() gives the fix of a missing service as it is", () => {
  assert.is(
    formatProblems([noRegistry], plain),
    "Error: Registry not reachable at localhost:5050\nRun 'docker compose up -d' to start infrastructure services.",
  );
});

test("formatProblems() keeps several errors apart", () => {
  const problems = ["nod", "bse"].map((name): Problem => {
    return { code: "unknown-target", kind: "usage", message: `No target matches '${name}'`, fix: "Did you mean …?" };
  });
  assert.is(
    formatProblems(problems, plain),
    "Error: No target matches 'nod'\nDid you mean …?\n\nError: No target matches 'bse'\nDid you mean …?",
  );
});

test("formatProblems() colours what leads the eye", () => {
  assert.is(
    formatProblems([noRegistry], { color: true }).split("\n")[0],
    "\x1b[31mError:\x1b[39m Registry not reachable at localhost:5050",
  );
});

test("formatDetails() shows a failed build's place in both files, its line, log and fix", () => {
  assert.is(
    formatDetails(failedStep, plain),
    `   images/node/Dockerfile.jinja2:7 (dist/node/24.11.0/Dockerfile:9)
   9 │ RUN npm install -g npm@11.66.0
   [3/5] RUN npm install -g npm@11.66.0 failed: exit code: 1; the last lines:
     npm error code ETARGET
     npm error notarget No matching version found for npm@11.66.0.

   Again, by hand: image-manager build node:24.11.0 --platform linux/amd64 --no-cache`,
  );
});

test("formatDetails() cuts endless messages and log lines, and disarms them", () => {
  const problem: Problem = {
    code: "build-failed",
    kind: "task",
    message: `RUN <<EOF\n${"make all\n".repeat(100)}EOF failed`,
    log: ["x".repeat(1000), "\x1b[2Jprogress\rdone"],
  };
  const lines = formatDetails(problem, plain).split("\n");
  assert.equal(lines.slice(1), [`     ${"x".repeat(499)}…`, "     done"]);
  assert.is(lines[0], `   RUN <<EOF ${"make all ".repeat(43)}ma…; the last lines:`);
});
