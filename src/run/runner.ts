import type { Outcome } from "../events.ts";
import type { Task } from "../graph/plan.ts";
import type { Json } from "../json.ts";
import type { Ports } from "../ports.ts";
import { problemsOf } from "../problem.ts";
import { judge, opened, type Verdict } from "./judge.ts";
import type { Memory } from "./memory.ts";
import { nameOf } from "./name.ts";
import { declaredBy, reasonOf } from "./reason.ts";
import { type Attempted, attempt } from "./retry.ts";
import type { Limits, Turn } from "./schedule.ts";
import { Tally } from "./tally.ts";
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

type Found = Verdict & { readonly state: "cached" };

/** Performs the tasks of one run: judges them, and does under their locks what is not done. */
export class Runner {
  readonly outputs = new Map<string, Json>();
  readonly tally = new Tally();
  readonly #memory: Memory;
  readonly #world: World;
  readonly #options: RunOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;

  constructor(world: World, options: RunOptions, memory: Memory) {
    this.#world = world;
    this.#memory = memory;
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
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
      const verdict = await turn("judge", async () => (this.#signal.aborted ? null : this.#judge(task)));
      if (verdict === null) return { state: "skipped", because: "stopped" };
      if (verdict.state === "cached") return await this.#cached(task, verdict);
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

  #judge(task: Task): Promise<Verdict> {
    const { force } = this.#options;
    return judge(task, {
      world: this.#world,
      ports: this.#ports(task),
      outputs: this.outputs,
      force,
      signal: this.#signal,
    });
  }

  /** Works under the task's locks; while it waited for its turn and for them, somebody else may have done the work. */
  async #execute(task: Task, judged: Verdict & { state: "run" }): Promise<Outcome> {
    await using held = new AsyncDisposableStack();
    for (const name of [...task.locks, ...(judged.key === null ? [] : [judged.key])].sort()) {
      held.use(await this.#world.locks.hold(name, () => {}, this.#signal));
    }
    const verdict = this.#options.force ? judged : await this.#judge(task);
    if (verdict.state === "cached") return await this.#cached(task, verdict);
    const recovered = await this.#recover(task, verdict);
    if (recovered) return await this.#cached(task, recovered);
    // Awaited here: the locks are released when this function is left.
    return await this.#work(task, verdict);
  }

  async #work(task: Task, verdict: Verdict & { state: "run" }): Promise<Outcome> {
    const { key, material, given } = verdict;
    const { reason } = await reasonOf(task, verdict, this.#world.store, this.#memory.past(task.id));
    const began = this.#world.clock.now();
    this.#world.emit({ type: "task-started", task: nameOf(task), reason });
    const { result: output, problems, tries } = await this.#attempt(task, given);
    const duration = this.#world.clock.now() - began;
    if (problems.length > 0) return { state: "failed", duration, problems, output };
    if (key !== null) await this.#store(task, { key, material, output, duration });
    await this.#finish(task, output);
    this.#memory.ran(task.id, { duration, key });
    const notes = [opened(task).note?.(output) ?? "", tries === 1 ? "" : `${tries} tries`];
    return { state: "ran", duration, note: notes.filter(Boolean).join(", "), output };
  }

  #attempt(task: Task, given: object): Promise<Attempted<Json>> {
    const { clock, emit } = this.#world;
    const signal = this.#signal;
    return attempt({
      work: () => opened(task).run(task.spec, given, this.#ports(task), signal),
      failures: (output) => opened(task).failures?.(output, task.spec, task.target) ?? [],
      retries: this.#options.retry[task.kind.kind] ?? 0,
      pause: async (milliseconds, [first]) => {
        const message = `${task.id} is tried again in ${milliseconds / 1000} s: ${first?.message}`;
        emit({ type: "notice", message });
        await clock.wait(milliseconds, signal);
      },
      signal,
    });
  }

  /** What is gone of remembered work may be had from where it was made. */
  async #recover(task: Task, { stored }: Verdict & { state: "run" }): Promise<Found | null> {
    const kind = opened(task);
    if (stored === undefined || !kind.recover) return null;
    const { output, made } = stored.entry;
    const got = await kind.recover(output, task.spec, made, this.#ports(task), this.#signal);
    return got ? { state: "cached", output, stored } : null;
  }

  async #store(task: Task, made: { key: string; material: Json; output: Json; duration: number }): Promise<void> {
    const { key, material, output, duration } = made;
    const at = new Date(this.#world.clock.now()).toISOString();
    await this.#world.store.put({
      schema: 2,
      key,
      task: nameOf(task),
      material,
      declared: declaredBy(task),
      output,
      blobs: opened(task).blobs?.(output) ?? [],
      made: { ...(await this.#world.origin()), at, duration },
    });
  }

  async #cached(task: Task, { output, stored }: Found): Promise<Outcome> {
    await this.#finish(task, output);
    const note = opened(task).note?.(output) ?? "";
    if (stored === null) return { state: "cached", note, output, store: null, saved: 0 };
    const { key, made } = stored.entry;
    this.#memory.found(task.id, { duration: made.duration, key });
    return { state: "cached", note, output, store: stored.store, saved: made.duration };
  }

  async #finish(task: Task, output: Json): Promise<void> {
    await opened(task).restore?.(output, task.spec, this.#ports(task), this.#signal);
    this.outputs.set(task.id, output);
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

  #ports(task: Task): Ports {
    const report: Ports["report"] = (progress) =>
      this.#world.emit({ type: "task-progress", task: nameOf(task), progress });
    return { ...this.#world.ports, target: task.target, report };
  }
}
