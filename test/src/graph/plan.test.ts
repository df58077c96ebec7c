import * as assert from "uvu/assert";
import { planTasks, type TaskGraph } from "../../../src/graph/plan.ts";
import { ImagesError } from "../../../src/problem.ts";
import { defineTask } from "../../../src/task.ts";
import { build } from "../../../tasks/build.ts";
import { manifest } from "../../../tasks/manifest.ts";
import { kinds } from "../../../tasks/mod.ts";
import { push } from "../../../tasks/push.ts";
import { childOf, project, target } from "../../rig/project.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("planTasks()");
const both = ["linux/amd64", "linux/arm64"] as const;

function ids(graph: TaskGraph): readonly string[] {
  return graph.nodes();
}

test("planTasks() puts every need before its dependants", () => {
  const all = project([childOf("node:24", "base:13"), target("base:13")]);
  const graph = planTasks(all, { kinds: [push], targets: all.targets, platforms: null });
  assert.equal(ids(graph), [
    "build base:13 linux/amd64",
    "build node:24 linux/amd64",
    "manifest node:24",
    "manifest base:13",
    "push base:13",
    "push node:24",
  ]);
  assert.equal(graph.inNeighbors("push node:24"), ["manifest node:24", "push base:13"]);
});

test("planTasks() leaves out a parent's platforms that nobody needs", () => {
  const parent = target("base:13", { platforms: both });
  const all = project([parent, childOf("node:24", "base:13")]);
  const graph = planTasks(all, { kinds: [build], targets: all.targets.slice(1), platforms: null });
  assert.equal(ids(graph), ["build base:13 linux/amd64", "build node:24 linux/amd64"]);
});

test("planTasks() builds a parent for the build platform where a stage runs there", () => {
  const dockerfile = {
    ...target("x:1").dockerfile,
    bases: [{ name: "im-base-0", from: { target: "base:13" }, on: ["build"] as const }],
  };
  const all = project([
    target("base:13", { platforms: both }),
    target("tool:1", { platforms: ["linux/arm64"], dockerfile }),
  ]);
  const graph = planTasks(all, { kinds: [build], targets: all.targets.slice(1), platforms: null });
  assert.equal(ids(graph), ["build base:13 linux/amd64", "build tool:1 linux/arm64"]);
});

test("planTasks() refuses an index for some of its platforms", () => {
  const all = project([target("base:13", { platforms: both })]);
  const plan = () => planTasks(all, { kinds: [manifest], targets: all.targets, platforms: ["linux/arm64"] });
  assert.throws(
    plan,
    (error: Error) => error.message === "manifest base:13 needs linux/amd64, which --platform leaves out",
  );
});

test("planTasks() names the path of a cycle", () => {
  const all = project([childOf("a:1", "b:1"), childOf("b:1", "c:1"), childOf("c:1", "b:1")]);
  const plan = () => planTasks(all, { kinds: [build], targets: all.targets, platforms: null });
  const wanted = "Tasks need each other: build b:1 → build c:1 → build b:1";
  assert.throws(plan, (error: unknown) => error instanceof ImagesError && error.message === wanted);
});

test("planTasks() plans a diamond of parents once", () => {
  const layers = Array.from({ length: 60 }, (_, i) => [
    childOf(`l${i}:1`, ...(i ? [`l${i - 1}:1`, `r${i - 1}:1`] : [])),
    childOf(`r${i}:1`, ...(i ? [`l${i - 1}:1`, `r${i - 1}:1`] : [])),
  ]);
  const all = project(layers.flat());
  const graph = planTasks(all, { kinds: [build], targets: all.targets, platforms: null });
  assert.is(graph.order, 120);
});

test("planTasks() takes a new kind as one definition that asks for another", () => {
  const sign = defineTask({
    kind: "sign",
    version: 1,
    plan: (target, planned) =>
      planned(manifest, target).map((index) => ({ spec: { ref: target.id }, needs: { index } })),
    run: async (spec, { index }) => `${spec.ref}@${index.digest}`,
  });
  const all = project([target("base:13")]);
  const graph = planTasks(all, { kinds: [...kinds, sign], targets: all.targets, platforms: null });
  assert.equal(graph.inNeighbors("sign base:13"), ["manifest base:13"]);
});
