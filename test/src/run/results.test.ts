import * as assert from "uvu/assert";
import { planTasks } from "../../../src/graph/plan.ts";
import { foresee } from "../../../src/run/foresee.ts";
import { run } from "../../../src/run/run.ts";
import { type AnyKind, defineTask } from "../../../src/task.ts";
import { project, target } from "../../rig/project.ts";
import { suite } from "../../rig/suite.ts";
import { limits, worldIn } from "../../rig/world.ts";

const test = suite("results of tasks");

const targets = [target("bread:1")];
const go = { limits, retry: {}, force: false, failFast: false };

function graphOf(kind: AnyKind) {
  return planTasks(project(targets), { kinds: [kind], targets, platforms: null });
}

/** A taster who says what he thinks, and somebody who sells what tastes. */
function market(taste: { verdict: string }) {
  const tasted = defineTask({
    kind: "taste",
    version: 1,
    plan: () => [{ spec: {} }],
    run: async () => ({ verdict: taste.verdict }),
    failures: ({ verdict }, _, { id }) =>
      verdict === "good" ? [] : [{ code: "tastes-bad", kind: "test", message: `${id} is ${verdict}` }],
  });
  const sold = defineTask({
    kind: "sell",
    version: 1,
    plan: (target, planned) => [{ spec: {}, needs: { tasted: planned(tasted, target) } }],
    run: async () => "sold",
  });
  return sold;
}

test("a result with failures fails its task, is told, and is not remembered", async (t) => {
  const { world, events } = worldIn(await t.folder());
  const taste = { verdict: "sour" };
  const first = await run(graphOf(market(taste)), world, { ...go, signal: t.signal });
  assert.equal([first.summary.failed, first.summary.skipped], [1, 1]);
  assert.equal(first.summary.problems, [{ code: "tastes-bad", kind: "test", message: "bread:1 is sour" }]);
  assert.is(first.outputs.has("taste bread:1"), false);
  const failed = events.find((event) => event.type === "task-finished" && event.outcome.state === "failed");
  assert.ok(failed?.type === "task-finished" && failed.outcome.state === "failed");
  assert.equal(failed.outcome.output, { verdict: "sour" });

  taste.verdict = "good";
  const second = await run(graphOf(market(taste)), world, { ...go, signal: t.signal });
  assert.equal([second.summary.ran, second.summary.cached], [2, 0]);
});

test("a result is put in its place after the work and when it was remembered, but not by a plan", async (t) => {
  const { world } = worldIn(await t.folder());
  const shelf: string[] = [];
  const baked = defineTask({
    kind: "bake",
    version: 1,
    plan: () => [{ spec: { shelf: "upper" } }],
    run: async () => "loaf",
    restore: async (output, { shelf: which }) => void shelf.push(`${output} on the ${which} shelf`),
  });
  await run(graphOf(baked), world, { ...go, signal: t.signal });
  assert.equal(shelf, ["loaf on the upper shelf"]);
  await foresee(graphOf(baked), world, { limits, force: false, signal: t.signal });
  assert.is(shelf.length, 1);
  const { summary } = await run(graphOf(baked), world, { ...go, signal: t.signal });
  assert.equal([summary.cached, shelf.length], [1, 2]);
});

test("a result that cannot be put in its place fails its task", async (t) => {
  const { world } = worldIn(await t.folder());
  const baked = defineTask({
    kind: "bake",
    version: 1,
    plan: () => [{ spec: {} }],
    run: async () => "loaf",
    restore: async () => {
      throw new Error("The shelf is full");
    },
  });
  const { summary } = await run(graphOf(baked), world, { ...go, signal: t.signal });
  assert.equal([summary.failed, summary.problems[0]?.message], [1, "The shelf is full"]);
});
