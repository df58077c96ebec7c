import * as assert from "uvu/assert";
import { planTasks } from "../../../src/graph/plan.ts";
import { fail, type ProblemKind } from "../../../src/problem.ts";
import { run } from "../../../src/run/run.ts";
import { defineTask } from "../../../src/task.ts";
import { project, target } from "../../rig/project.ts";
import { suite } from "../../rig/suite.ts";
import { limits, worldIn } from "../../rig/world.ts";

const test = suite("retry");

/** A world whose waits are noted instead of waited for, and a kind that fails so many times. */
async function attempts(folder: string, failures: number, kind: ProblemKind = "task") {
  const { world, events } = worldIn(folder);
  const waits: number[] = [];
  let left = failures;
  const shaky = defineTask({
    kind: "shaky",
    version: 1,
    plan: () => [{ spec: {} }],
    run: async () => {
      left -= 1;
      return left >= 0 ? fail({ code: "shaky", kind, message: "It shook" }) : "still";
    },
    note: () => "12 MB",
  });
  const graph = planTasks(project([target("a:1")]), { kinds: [shaky], targets: [target("a:1")], platforms: null });
  const clock = { ...world.clock, wait: async (milliseconds: number) => void waits.push(milliseconds) };
  const options = { limits, retry: { shaky: 2 }, force: false, failFast: false, signal: new AbortController().signal };
  await run(graph, { ...world, clock }, options);
  const notices = events.flatMap((event) => (event.type === "notice" ? [event.message] : []));
  const outcome = events.flatMap((event) => (event.type === "task-finished" ? [event.outcome] : [])).at(0);
  return { waits, notices, outcome };
}

test("a task is tried again after a second, then two", async (t) => {
  const { waits, notices, outcome } = await attempts(await t.folder(), 2);
  assert.equal(waits, [1000, 2000]);
  assert.equal(notices, ["shaky a:1 is tried again in 1 s: It shook", "shaky a:1 is tried again in 2 s: It shook"]);
  assert.equal({ ...outcome, duration: 0 }, { state: "ran", duration: 0, note: "12 MB, 3 tries", output: "still" });
});

test("a task fails when its last try does", async (t) => {
  const { waits, outcome } = await attempts(await t.folder(), 3);
  assert.is(waits.length, 2);
  assert.is(outcome?.state, "failed");
});

test("a task is not tried again when the configuration is wrong", async (t) => {
  const { waits, outcome } = await attempts(await t.folder(), 1, "config");
  assert.equal([waits.length, outcome?.state], [0, "failed"]);
});

test("a stopped run does not wait for the next try", async (t) => {
  const { world, events } = worldIn(await t.folder());
  const stop = new AbortController();
  const shaky = defineTask({
    kind: "shaky",
    version: 1,
    plan: () => [{ spec: {} }],
    run: async () => {
      setTimeout(() => stop.abort(), 10);
      return fail({ code: "shaky", kind: "task", message: "It shook" });
    },
  });
  const graph = planTasks(project([target("a:1")]), { kinds: [shaky], targets: [target("a:1")], platforms: null });
  const began = Date.now();
  await run(graph, world, { limits, retry: { shaky: 5 }, force: false, failFast: false, signal: stop.signal });
  assert.ok(Date.now() - began < 900);
  const [outcome] = events.flatMap((event) => (event.type === "task-finished" ? [event.outcome.state] : []));
  assert.is(outcome, "cancelled");
});
