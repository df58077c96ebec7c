import type { Outcome } from "../events.ts";
import type { Task } from "../graph/plan.ts";
import type { Json } from "../json.ts";
import { problemsOf } from "../problem.ts";
import { opened, type Verdict } from "./judge.ts";
import { isLost } from "./lost.ts";
import type { Memory } from "./memory.ts";
import { nameOf } from "./name.ts";
import { reasonOf } from "./reason.ts";
import type { Limits, Turn } from "./schedule.ts";
import { Tally } from "./tally.ts";
import { type Found, type ToDo, Workshop } from "./workshop.ts";
import type { World } from "./world.ts";

export interface RunOptions {
  readonly limits: Limits;
  /** How often a task of a kind is tried again when it failed. */
  readonly retry: Readonly<Record<string, number>>;
  /** Do the work whatever the store says. */
  readonly force: boolean;
  /** The first failure ends what is running. */
  readonly failFast: boolean;
  /** Aborted: start nothing more and end what is running. */
  readonly signal: AbortSignal;
}

/** Performs the tasks of one run: judges them, and does under their locks what is not done. */
export class Runner {
  readonly tally = new Tally();
  readonly #memory: Memory;
  readonly #world: World;
  readonly #options: RunOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #workshop: Workshop;

  constructor(world: World, options: RunOptions, memory: Memory) {
    this.#world = world;
    this.#memory = memory;
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
    this.#workshop = new Workshop({ world, force: options.force, retry: options.retry, signal: this.#signal });
  }

  /** Of all tasks that are done, by task id. */
  get outputs(): ReadonlyMap<string, Json> {
    return this.#workshop.outputs;
  }

  readonly handlers = {
    perform: async (task: Task, turn: Turn): Promise<boolean> => {
      const outcome = await this.#outcome(task, turn);
      this.#end(task, outcome);
      return outcome.state === "ran" || outcome.state === "cached";
    },
    skip: (task: Task, because: string): void => this.#end(task, { state: "skipped", because }),
  };

  async #outcome(task: Task, turn: Turn): Promise<Outcome> {
    let began = this.#world.clock.now();
    try {
      const verdict = await turn("judge", async () => (this.#signal.aborted ? null : this.#workshop.judge(task)));
      if (verdict === null) return { state: "skipped", because: "stopped" };
      const found = verdict.state === "cached" ? await this.#cached(task, verdict) : null;
      if (found) return found;
      return await turn("work", async () => {
        began = this.#world.clock.now();
        return this.#signal.aborted ? { state: "skipped", because: "stopped" } : this.#execute(task, verdict);
      });
    } catch (error) {
      const duration = this.#world.clock.now() - began;
      if (this.#signal.aborted) return { state: "cancelled", duration };
      return { state: "failed", duration, problems: problemsOf(error) };
    }
  }

  /** Works under the task's locks; while it waited for its turn and for them, somebody else may have done the work. */
  async #execute(task: Task, judged: Verdict): Promise<Outcome> {
    const workshop = this.#workshop;
    await using held = new AsyncDisposableStack();
    const key = judged.state === "run" ? judged.key : (judged.stored?.entry.key ?? null);
    for (const name of [...task.locks, ...(key === null ? [] : [key])].sort()) {
      held.use(await this.#world.locks.hold(name, () => {}, this.#signal));
    }
    const verdict = this.#options.force ? judged : await workshop.judge(task);
    const found = verdict.state === "cached" ? verdict : await workshop.recover(task, verdict);
    const done = found && (await this.#cached(task, found));
    if (done) return done;
    // Awaited here: the locks are released when this function is left.
    return await this.#work(task, verdict.state === "run" ? verdict : await workshop.judgeLost(task));
  }

  async #work(task: Task, todo: ToDo): Promise<Outcome> {
    const { reason } = await reasonOf(task, todo, this.#world.store, this.#memory.past(task.id));
    this.#world.emit({ type: "task-started", task: nameOf(task), reason });
    const { output, problems, tries, duration, key } = await this.#workshop.make(task, todo);
    if (problems.length > 0) return { state: "failed", duration, problems, output };
    this.#memory.ran(task.id, { duration, key });
    const notes = [opened(task).note?.(output) ?? "", tries === 1 ? "" : `${tries} tries`];
    return { state: "ran", duration, note: notes.filter(Boolean).join(", "), output };
  }

  /** Remembered work is put in its place. Null: a file of it cannot be had after all. */
  async #cached(task: Task, { output, stored }: Found): Promise<Outcome | null> {
    try {
      await this.#workshop.finish(task, output);
    } catch (error) {
      if (isLost(error)) return null;
      throw error;
    }
    const note = opened(task).note?.(output) ?? "";
    if (stored === null) return { state: "cached", note, output, store: null, saved: 0 };
    const { key, made } = stored.entry;
    this.#memory.found(task.id, { duration: made.duration, key });
    return { state: "cached", note, output, store: stored.store, saved: made.duration };
  }

  #end(task: Task, outcome: Outcome): void {
    this.tally.add(task.id, outcome);
    // Without a service every other task would fail alike: say it once.
    if (
      outcome.state === "failed" &&
      (this.#options.failFast || outcome.problems.some(({ kind }) => kind === "service"))
    )
      this.#stop.abort();
    this.#world.emit({ type: "task-finished", task: nameOf(task), outcome });
  }
}
