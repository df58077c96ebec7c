import * as assert from "uvu/assert";
import { planTasks } from "../../../src/graph/plan.ts";
import { fail } from "../../../src/problem.ts";
import { run } from "../../../src/run/run.ts";
import { defineTask } from "../../../src/task.ts";
import { changesBetween } from "../../../src/watch/changes.ts";
import { type Failures, withoutRepeats } from "../../../src/watch/failures.ts";
import { watchedOf } from "../../../src/watch/watched.ts";
import { project, target } from "../../rig/project.ts";
import { suite } from "../../rig/suite.ts";
import { limits, worldIn } from "../../rig/world.ts";

const test = suite("watch rounds");

test("watchedOf() gives contexts, overlays, the folders of globs and what the configuration was made from", () => {
  const one = target("app:1", {
    context: { folder: "images/app", exclude: [], modes: {} },
    overlays: [{ folder: "images/app/rootfs", owner: "0:0", modes: {} }],
    files: [{ inputs: ["lists/*.txt", "./scripts/make.sh", "**/x"] } as never],
  });
  assert.equal(watchedOf([one], ["images.config.ts"]), {
    folders: ["", "images/app", "images/app/rootfs", "lists", "scripts/make.sh"],
    files: ["images.config.ts", "images.lock"],
  });
});

test("changesBetween() says what came, went and has another value, once for all targets", () => {
  const before = project([
    target("app:1", { buildArgs: { NPM_VERSION: "1" } }),
    target("app:2", { buildArgs: { NPM_VERSION: "1" } }),
    target("old:1"),
  ]);
  const after = {
    ...project([
      target("app:1", { buildArgs: { NPM_VERSION: "2" }, platforms: ["linux/amd64", "linux/arm64"] }),
      target("app:2", { buildArgs: { NPM_VERSION: "2", NEW: "x" } }),
      target("new:1"),
    ]),
    archive: true,
  };
  assert.equal(changesBetween(before, after), [
    ...["added new:1", "removed old:1", "NPM_VERSION 1 → 2", "platforms[1] none → linux/arm64", "NEW none → x"],
    "archive false → true",
  ]);
  assert.equal(changesBetween(before, before), []);
});

test("withoutRepeats() fails again at once with the same inputs, and works with others", async (t) => {
  let [worked, kind] = [0, "task" as "task" | "service"];
  const failing = defineTask({
    kind: "failing",
    version: 1,
    plan: () => [{ spec: {}, inputs: { value: { input: "env", name: "VALUE" } } }],
    run: async (_, { value }) => {
      worked += 1;
      if (value !== "good") fail({ code: "bad", kind, message: `Bad ${value}` });
      return value;
    },
  });
  const graph = planTasks(project([target("app:1")]), {
    kinds: [failing],
    targets: [target("app:1")],
    platforms: null,
  });
  const failures: Failures = new Map();
  const folder = await t.folder();
  const round = async (value: string) => {
    const { world } = worldIn(folder, { VALUE: value });
    const options = { limits, retry: {}, force: false, failFast: false, signal: t.signal };
    const { summary } = await run(withoutRepeats(graph, failures), world, options);
    return [worked, ...summary.problems.map(({ message }) => message)];
  };
  assert.equal(await round("bad"), [1, "Bad bad"]);
  assert.equal(await round("bad"), [1, "Bad bad"]);
  assert.equal(await round("worse"), [2, "Bad worse"]);
  assert.equal(await round("good"), [3]);
  kind = "service";
  assert.equal(await round("gone"), [4, "Bad gone"]);
  assert.equal(await round("gone"), [5, "Bad gone"]);
});
