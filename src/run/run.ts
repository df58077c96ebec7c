import type { Outcome, Summary, TaskName } from "../events.ts";
import { inOrder, longestChain, remainingPath } from "../graph/order.ts";
import type { Task, TaskGraph } from "../graph/plan.ts";
import type { Json } from "../json.ts";
import type { Past, Ports } from "../ports.ts";
import { type Problem, problemsOf } from "../problem.ts";
import { judge, opened, type Verdict } from "./judge.ts";
import { declaredBy, reasonOf } from "./reason.ts";
import { type Limits, schedule, type Turn } from "./schedule.ts";
import type { World } from "./world.ts";

export interface RunOptions {
  readonly limits: Limits;
  /** Do the work whatever the store says. */
  readonly force: boolean;
  /** The first failure ends what is running. */
  readonly failFast: boolean;
  /** Aborted: start nothing more and end what is running. */
  readonly signal: AbortSignal;
}

export interface RunResult {
  readonly summary: Summary;
  /** Outputs of all tasks that are done, by task id. */
  readonly outputs: ReadonlyMap<string, Json>;
}

/** Does every task of the graph that is not done yet. Failures are events and part of the summary, never thrown. */
export async function run(graph: TaskGraph, world: World, options: RunOptions): Promise<RunResult> {
  const before = await world.history.load();
  const kinds = [...new Set(inOrder(graph).map((task) => task.kind.kind))];
  world.emit({ type: "run-started", tasks: graph.order, kinds });
  const runner = new Runner(world, options, before);
  await schedule(graph, {
    limits: options.limits,
    weights: remainingPath(graph, durationsIn(before)),
    ...runner.handlers,
  });
  await world.store.settle();
  const summary = runner.summary(graph);
  if (runner.past.size > 0) await world.history.save({ ...before, ...Object.fromEntries(runner.past) });
  world.emit(summary);
  return { summary, outputs: runner.outputs };
}

/** What tasks took before, by id. */
export function durationsIn(history: Readonly<Record<string, Past>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(history).map(([id, { duration }]) => [id, duration]));
}

type Found = Verdict & { readonly state: "cached" };

class Runner {
  readonly outputs = new Map<string, Json>();
  /** What history is to remember, as far as it does not already. */
  readonly past = new Map<string, Past>();
  readonly #before: Readonly<Record<string, Past>>;
  readonly #took = new Map<string, number>();
  readonly #world: World;
  readonly #options: RunOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #started: number;
  readonly #counts = { ran: 0, cached: 0, failed: 0, skipped: 0, cancelled: 0 };
  readonly #problems: Problem[] = [];

  constructor(world: World, options: RunOptions, before: Readonly<Record<string, Past>>) {
    this.#world = world;
    this.#before = before;
    this.#options = options;
    this.#started = world.clock.now();
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
      return await turn(task.kind.queue, async () => {
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
    const { reason } = await reasonOf(task, verdict, this.#world.store, this.#before[task.id]);
    const began = this.#world.clock.now();
    this.#world.emit({ type: "task-started", task: nameOf(task), reason });
    const output = await opened(task).run(task.spec, given, this.#ports(task), this.#signal);
    const duration = this.#world.clock.now() - began;
    const problems = opened(task).failures?.(output, task.spec, task.target) ?? [];
    if (problems.length > 0) return { state: "failed", duration, problems, output };
    if (key !== null) await this.#store(task, { key, material, output, duration });
    await this.#finish(task, output);
    this.#took.set(task.id, duration);
    this.past.set(task.id, { duration, key });
    return { state: "ran", duration, note: opened(task).note?.(output) ?? "", output };
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
    if (this.#before[task.id]?.key !== key) this.past.set(task.id, { duration: made.duration, key });
    return { state: "cached", note, output, store: stored.store, saved: made.duration };
  }

  async #finish(task: Task, output: Json): Promise<void> {
    await opened(task).restore?.(output, task.spec, this.#ports(task), this.#signal);
    this.outputs.set(task.id, output);
  }

  #end(task: Task, outcome: Outcome): void {
    this.#counts[outcome.state] += 1;
    if (outcome.state === "failed") {
      for (const problem of outcome.problems) this.#remember(problem);
      // Without a service every other task would fail alike: say it once.
      if (this.#options.failFast || outcome.problems.some(({ kind }) => kind === "service")) this.#stop.abort();
    }
    this.#world.emit({ type: "task-finished", task: nameOf(task), outcome });
  }

  #remember(problem: Problem): void {
    const known = this.#problems.some(({ code, message }) => code === problem.code && message === problem.message);
    if (!known || problem.kind !== "service") this.#problems.push(problem);
  }

  #ports(task: Task): Ports {
    const report: Ports["report"] = (progress) =>
      this.#world.emit({ type: "task-progress", task: nameOf(task), progress });
    return { ...this.#world.ports, target: task.target, report };
  }

  summary(graph: TaskGraph): Summary {
    const duration = this.#world.clock.now() - this.#started;
    const longest = longestChain(graph, this.#took);
    return { type: "summary", ...this.#counts, duration, longest, problems: this.#problems };
  }
}

/** How events and entries name a task. */
export function nameOf({ id, kind, target, platform }: Task): TaskName {
  return { id, kind: kind.kind, target: target.id, platform };
}
