import * as assert from "uvu/assert";
import { planTasks } from "../../../src/graph/plan.ts";
import type { Past } from "../../../src/ports.ts";
import { foresee } from "../../../src/run/foresee.ts";
import { run } from "../../../src/run/run.ts";
import type { World } from "../../../src/run/world.ts";
import { type AnyKind, defineTask } from "../../../src/task.ts";
import { project, target } from "../../rig/project.ts";
import { suite } from "../../rig/suite.ts";
import { limits, worldIn } from "../../rig/world.ts";

const test = suite("reasons");

const targets = [target("bread:1")];

function graphOf(kind: AnyKind) {
  return planTasks(project(targets), { kinds: [kind], targets, platforms: null });
}

/** Makes dough of flour and of what the oven is, which is a declared variable. */
function mix(flour: string): AnyKind {
  return defineTask({
    kind: "mix",
    version: 1,
    plan: () => [{ spec: { flour }, inputs: { oven: { input: "env", name: "OVEN" } as const } }],
    run: async () => flour,
  });
}

/** A world that remembers what was; `saved` counts how often that was written, `read` the keys that a store was asked for. */
class Kitchen {
  past: Readonly<Record<string, Past>> = {};
  saved = 0;
  readonly read: string[] = [];
  readonly #folder: string;
  readonly #signal: AbortSignal;

  constructor(folder: string, signal: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
  }

  #world(): { readonly world: World; readonly reasons: () => readonly string[] } {
    const { world, events } = worldIn(this.#folder);
    const history = {
      load: async () => this.past,
      save: async (past: Readonly<Record<string, Past>>) => {
        this.past = past;
        this.saved += 1;
      },
    };
    const get: World["store"]["get"] = (key) => {
      this.read.push(key);
      return world.store.get(key);
    };
    const reasons = () => events.flatMap((event) => (event.type === "task-started" ? [event.reason] : []));
    return { world: { ...world, history, store: { ...world.store, get } }, reasons };
  }

  /** Why the tasks that ran did. */
  async run(kind: AnyKind, force = false): Promise<readonly string[]> {
    const { world, reasons } = this.#world();
    await run(graphOf(kind), world, { limits, retry: {}, force, failFast: false, signal: this.#signal });
    return reasons();
  }

  async plan(kind: AnyKind): Promise<readonly string[]> {
    const { tasks } = await foresee(graphOf(kind), this.#world().world, { limits, force: false, signal: this.#signal });
    return tasks.map(({ reason }) => reason);
  }
}

test("a task says that it is new, forced, or what has changed since it was last done", async (t) => {
  const kitchen = new Kitchen(await t.folder(), t.signal);
  assert.equal(await kitchen.plan(mix("rye")), ["not made before"]);
  assert.equal(await kitchen.run(mix("rye")), ["not made before"]);
  assert.equal(await kitchen.run(mix("rye")), []);
  assert.equal(await kitchen.run(mix("rye"), true), ["forced"]);
  assert.equal(await kitchen.plan(mix("wheat")), ["flour changed (rye → wheat)"]);
  assert.equal(await kitchen.run(mix("wheat")), ["flour changed (rye → wheat)"]);
});

test("what is found again is what the next change is told against", async (t) => {
  const kitchen = new Kitchen(await t.folder(), t.signal);
  for (const flour of ["rye", "wheat", "rye"]) await kitchen.run(mix(flour));
  assert.equal(await kitchen.run(mix("oat")), ["flour changed (rye → oat)"]);
});

test("work that the store has lost is told from work with other inputs", async (t) => {
  const [kept, lost] = [new Kitchen(await t.folder(), t.signal), new Kitchen(await t.folder(), t.signal)];
  await kept.run(mix("rye"));
  lost.past = kept.past;
  assert.equal(await lost.plan(mix("rye")), ["its result is no longer in the store"]);
  assert.equal(await lost.plan(mix("wheat")), ["not made from these inputs before"]);
});

test("a run that finds all done reads nothing more and writes nothing", async (t) => {
  const kitchen = new Kitchen(await t.folder(), t.signal);
  await kitchen.run(mix("rye"));
  assert.is(kitchen.saved, 1);
  kitchen.read.length = 0;
  await kitchen.run(mix("rye"));
  assert.equal([kitchen.saved, kitchen.read.length], [1, 1]);
});
