import { setTimeout as sleep } from "node:timers/promises";
import * as assert from "uvu/assert";
import { planTasks } from "../../../src/graph/plan.ts";
import type { Target } from "../../../src/model/target.ts";
import { fail } from "../../../src/problem.ts";
import { foresee } from "../../../src/run/foresee.ts";
import { run } from "../../../src/run/run.ts";
import { type AnyKind, defineTask } from "../../../src/task.ts";
import { project, target } from "../../rig/project.ts";
import { suite } from "../../rig/suite.ts";
import { limits, worldIn } from "../../rig/world.ts";

const test = suite("run()");

/** Two kinds in a row: `mix` gives what `recipe` says for its target, `bake` adds a word. */
function kitchen(recipe: Record<string, string>) {
  const done: string[] = [];
  const mix = defineTask({
    kind: "mix",
    version: 1,
    queue: "build",
    plan: (target: Target) => [
      { spec: { dough: recipe[target.id] ?? "" }, inputs: { oven: { input: "env", name: "OVEN" } } },
    ],
    run: async ({ dough }) => {
      if (dough === "burnt") fail({ code: "burnt", kind: "task", message: "Burnt" });
      done.push(`mix ${dough}`);
      return { dough: dough.trim() };
    },
  });
  const bake = defineTask({
    kind: "bake",
    version: 1,
    plan: (target, planned) => [{ spec: {}, needs: { mixed: planned(mix, target) } }],
    run: async (_, { mixed }) => {
      done.push(`bake ${mixed[0]?.dough}`);
      return `baked ${mixed[0]?.dough}`;
    },
  });
  return { done, mix, bake };
}

const targets = [target("bread:1"), target("cake:1")];
const go = { limits, retry: {}, force: false, failFast: false };

function graphOf(kind: AnyKind) {
  return planTasks(project(targets), { kinds: [kind], targets, platforms: null });
}

test("run() does the work once and finds it again", async (t) => {
  const { world } = worldIn(await t.folder());
  const { done, bake } = kitchen({ "bread:1": "rye", "cake:1": "butter" });
  const first = await run(graphOf(bake), world, { ...go, signal: t.signal });
  const { duration: _, longest: __, statistics, ...counts } = first.summary;
  assert.equal(counts, { type: "summary", ran: 4, cached: 0, failed: 0, skipped: 0, cancelled: 0, problems: [] });
  assert.equal([statistics.slowest.length, statistics.hits, statistics.saved], [4, {}, 0]);
  const second = await run(graphOf(bake), world, { ...go, signal: t.signal });
  assert.is(second.summary.cached, 4);
  assert.equal([second.summary.statistics.hits, second.summary.statistics.slowest], [{ disk: 4 }, []]);
  assert.is(second.summary.statistics.saved, statistics.work);
  assert.is(done.length, 4);
  assert.is(second.outputs.get("bake bread:1"), "baked rye");
});

test("run() stops the wave where a need gives the same as before", async (t) => {
  const { world } = worldIn(await t.folder());
  await run(graphOf(kitchen({ "bread:1": "rye", "cake:1": "butter" }).bake), world, { ...go, signal: t.signal });
  const { done, bake } = kitchen({ "bread:1": "rye ", "cake:1": "butter" });
  const { summary } = await run(graphOf(bake), world, { ...go, signal: t.signal });
  assert.equal(done, ["mix rye "]);
  assert.equal([summary.ran, summary.cached], [1, 3]);
});

test("run() works again when a declared variable changes", async (t) => {
  const folder = await t.folder();
  const { done, mix } = kitchen({ "bread:1": "rye", "cake:1": "butter" });
  for (const OVEN of ["gas", "gas", "wood"])
    await run(graphOf(mix), worldIn(folder, { OVEN }).world, { ...go, signal: t.signal });
  assert.is(done.length, 4);
});

test("run() skips what is behind a failure and finishes the rest", async (t) => {
  const { world, events } = worldIn(await t.folder());
  const { done, bake } = kitchen({ "bread:1": "burnt", "cake:1": "butter" });
  const { summary } = await run(graphOf(bake), world, { ...go, signal: t.signal });
  assert.equal([summary.ran, summary.failed, summary.skipped], [2, 1, 1]);
  assert.equal(done, ["mix butter", "bake butter"]);
  const skipped = events.find((event) => event.type === "task-finished" && event.outcome.state === "skipped");
  assert.ok(skipped?.type === "task-finished" && skipped.outcome.state === "skipped");
  assert.equal([skipped.task.id, skipped.outcome.because], ["bake bread:1", "mix bread:1"]);
});

test("run() does not remember a failure", async (t) => {
  const { world } = worldIn(await t.folder());
  const recipe: Record<string, string> = { "bread:1": "burnt", "cake:1": "butter" };
  await run(graphOf(kitchen(recipe).mix), world, { ...go, signal: t.signal });
  const { summary } = await run(graphOf(kitchen(recipe).mix), world, { ...go, signal: t.signal });
  assert.equal([summary.failed, summary.cached], [1, 1]);
});

test("run() names a service that is away once and starts nothing more", async (t) => {
  const { world } = worldIn(await t.folder());
  const away = defineTask({
    kind: "away",
    version: 1,
    plan: () => [{ spec: {} }],
    run: async () =>
      fail({ code: "registry-unreachable", kind: "service", message: "Registry not reachable at localhost:1" }),
    compare: async () =>
      fail({ code: "registry-unreachable", kind: "service", message: "Registry not reachable at localhost:1" }),
  });
  const { summary } = await run(graphOf(away), world, { ...go, signal: t.signal });
  assert.is(summary.problems.length, 1);
});

test("run() ends running work and stores none of it when it is stopped", async (t) => {
  const { world } = worldIn(await t.folder());
  const stop = new AbortController();
  const slow = defineTask({
    kind: "slow",
    version: 1,
    plan: () => [{ spec: {} }],
    run: async (_spec, _given, _ports, signal) => {
      setTimeout(() => stop.abort(), 10);
      await sleep(10_000, undefined, { signal });
      return "late";
    },
  });
  const { summary } = await run(graphOf(slow), world, { ...go, signal: stop.signal });
  assert.is(summary.ran, 0);
  assert.ok(summary.cancelled >= 1);
  const { tasks: plan } = await foresee(graphOf(slow), world, { limits, force: false, signal: t.signal });
  assert.equal(
    plan.map(({ state }) => state),
    ["run", "run"],
  );
});

test("run() twice at once does each piece of work once", async (t) => {
  const folder = await t.folder();
  const done: string[] = [];
  const slow = defineTask({
    kind: "slow",
    version: 1,
    plan: (target: Target) => [{ spec: { id: target.id } }],
    run: async ({ id }) => {
      await sleep(50);
      done.push(id);
      return id;
    },
  });
  const both = [worldIn(folder), worldIn(folder)].map(({ world }) =>
    run(graphOf(slow), world, { ...go, signal: t.signal }),
  );
  const counts = (await Promise.all(both)).map(({ summary }) => summary.ran + summary.cached);
  assert.equal(counts, [2, 2]);
  assert.is(done.length, 2);
});

test("foresee() calls undecided what is behind work that would run", async (t) => {
  const { world } = worldIn(await t.folder());
  const { bake, done } = kitchen({ "bread:1": "rye", "cake:1": "butter" });
  const { tasks: plan } = await foresee(graphOf(bake), world, { limits, force: false, signal: t.signal });
  assert.equal(
    plan.map(({ id, state, reason }) => [id, state, reason]),
    [
      ["mix bread:1", "run", "not made before"],
      ["bake bread:1", "undecided", "behind mix bread:1"],
      ["mix cake:1", "run", "not made before"],
      ["bake cake:1", "undecided", "behind mix cake:1"],
    ],
  );
  assert.equal(done, []);
});
