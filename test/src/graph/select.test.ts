import * as assert from "uvu/assert";
import { selectPlatforms, selectTargets, withParents } from "../../../src/graph/select.ts";
import { ImagesError, type Problem } from "../../../src/problem.ts";
import { childOf, project, target } from "../../rig/project.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("selection");

const alias = { name: "24", origin: "version" } as const;
const all = project([
  target("base:13"),
  childOf("node:24.1.0", "base:13"),
  { ...childOf("node:24.11.0", "base:13"), aliases: [alias] },
  childOf("node:24.11.0-semantic", "node:24.11.0"),
  childOf("app:1", "node:24.11.0-semantic"),
]);

function selected(
  patterns: readonly string[],
  more: { exclude?: readonly string[]; dependants?: boolean } = {},
): readonly string[] {
  return selectTargets(all, { patterns, exclude: [], dependants: false, ...more }).map(({ id }) => id);
}

function problemsIn(action: () => unknown): readonly Problem[] {
  try {
    action();
  } catch (error) {
    if (error instanceof ImagesError) return error.problems;
  }
  return [];
}

test("withParents() adds all that targets are built on, in the project's order", () => {
  const app = all.targets.filter(({ id }) => id === "app:1");
  assert.equal(
    withParents(all, app).map(({ id }) => id),
    ["base:13", "node:24.11.0", "node:24.11.0-semantic", "app:1"],
  );
});

test("selectTargets() takes images, targets, aliases and globs, in the project's order", () => {
  assert.equal(selected(["node:24.1.0"]), ["node:24.1.0"]);
  assert.equal(selected(["node:24.11.0"]), ["node:24.11.0"]);
  assert.equal(selected(["node:24"]), ["node:24.11.0"]);
  assert.equal(selected(["*-semantic", "base"]), ["base:13", "node:24.11.0-semantic"]);
  assert.equal(selected(["node"]), ["node:24.1.0", "node:24.11.0", "node:24.11.0-semantic"]);
  assert.is(selected([]).length, 5);
});

test("selectTargets() adds what is built on the targets, however far", () => {
  assert.equal(selected(["node:24.11.0"], { dependants: true }), ["node:24.11.0", "node:24.11.0-semantic", "app:1"]);
  assert.equal(selected(["base"], { dependants: true, exclude: ["node:*"] }), ["base:13", "app:1"]);
});

test("selectTargets() names the nearest target for each that is unknown", () => {
  assert.equal(
    problemsIn(() => selected(["nodd:24", "quite-another"])).map(({ message, fix }) => [message, fix]),
    [
      ["No target matches 'nodd:24'", "Did you mean 'node:24'? 'image-manager list' shows all"],
      ["No target matches 'quite-another'", "'image-manager list' shows all targets"],
    ],
  );
});

test("selectTargets() refuses a selection of nothing", () => {
  const [problem] = problemsIn(() => selected(["node"], { exclude: ["node"] }));
  assert.equal([problem?.kind, problem?.message], ["usage", "Every target is excluded"]);
});

test("selectPlatforms() takes short names and refuses what nothing is built for", () => {
  assert.is(selectPlatforms(all.targets, []), null);
  assert.equal(selectPlatforms(all.targets, ["amd64"]), ["linux/amd64"]);
  const [problem] = problemsIn(() => selectPlatforms(all.targets, ["arm64"]));
  assert.equal([problem?.message, problem?.wanted], ["None of the targets is built for arm64", "linux/amd64"]);
});
