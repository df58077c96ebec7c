import { setTimeout as sleep } from "node:timers/promises";
import * as assert from "uvu/assert";
import { remainingPath } from "../../../src/graph/order.ts";
import { planTasks, type TaskGraph } from "../../../src/graph/plan.ts";
import type { Target } from "../../../src/model/target.ts";
import { schedule } from "../../../src/run/schedule.ts";
import { defineTask, type Queue } from "../../../src/task.ts";
import { project, target } from "../../rig/project.ts";
import { suite } from "../../rig/suite.ts";
import { limits } from "../../rig/world.ts";

const test = suite("schedule()");

const targets = ["a", "b", "c", "d"].map((name) => target(`${name}:1`));

/** One task for each target in the queue, with the locks of its target. */
function graphOf(queue: Queue, locks: Readonly<Record<string, readonly string[]>> = {}): TaskGraph {
  const work = defineTask({
    kind: "work",
    version: 1,
    queue,
    plan: (target: Target) => [{ spec: {}, locks: locks[target.image] ?? [] }],
    run: async () => null,
  });
  return planTasks(project(targets), { kinds: [work], targets, platforms: null });
}

/** In which order tasks began, and how many of them went on at once. */
async function watch(graph: TaskGraph, given: Readonly<Record<string, number>>, weights = new Map<string, number>()) {
  const began: string[] = [];
  let [now, most] = [0, 0];
  await schedule(graph, {
    limits: { ...limits, ...given },
    weights,
    perform: async (task, turn) => {
      await turn("work", async () => {
        began.push(task.target.image);
        now += 1;
        most = Math.max(most, now);
        await sleep(5);
        now -= 1;
      });
      return true;
    },
    skip: () => {},
  });
  return { began, most };
}

test("schedule() lets as many tasks work as their queue does", async () => {
  assert.is((await watch(graphOf("build"), { build: 3 })).most, 3);
});

test("schedule() keeps a kind to its own limit within its queue", async () => {
  assert.is((await watch(graphOf("build"), { build: 3, work: 2 })).most, 2);
  assert.is((await watch(graphOf("build"), { build: 1, work: 2 })).most, 1);
});

test("schedule() works on one task at a time that holds a lock, and keeps nobody else waiting for it", async () => {
  const locks = { a: ["apt"], b: ["apt", "rpm"], c: ["rpm"] };
  const { began, most } = await watch(graphOf("build", locks), { build: 2 });
  assert.is(most, 2);
  assert.ok(began.indexOf("d") < began.indexOf("b"), began.join());
});

test("schedule() begins with the heaviest remaining path", async () => {
  const weights = new Map([
    ["work c:1", 9],
    ["work b:1", 5],
  ]);
  const { began } = await watch(graphOf("build"), { build: 1 }, weights);
  // The first is let in at once: nobody else is there yet.
  assert.equal(began, ["a", "c", "b", "d"]);
});

test("remainingPath() takes what others of a kind mostly take where nothing is known", () => {
  const durations = { "work a:1": 10, "work b:1": 1000, "work z:1": 30 };
  assert.equal([...remainingPath(graphOf("build"), durations)].sort(), [
    ["work a:1", 10],
    ["work b:1", 1000],
    ["work c:1", 30],
    ["work d:1", 30],
  ]);
});
