import type { Task } from "../graph/plan.ts";
import type { Json } from "../json.ts";
import type { Ports } from "../ports.ts";
import { ImagesError, type Problem } from "../problem.ts";
import { judge, opened, type Verdict } from "./judge.ts";
import { isLost, lacksFiles } from "./lost.ts";
import { nameOf } from "./name.ts";
import { declaredBy } from "./reason.ts";
import { type Attempted, attempt } from "./retry.ts";
import type { World } from "./world.ts";

export type Found = Verdict & { readonly state: "cached" };
export type ToDo = Verdict & { readonly state: "run" };

/** What came of work. It is kept, unless there are problems. Duration in milliseconds. */
export interface Product {
  readonly output: Json;
  readonly problems: readonly Problem[];
  readonly tries: number;
  readonly duration: number;
  readonly key: string | null;
}

export interface WorkshopSettings {
  readonly world: World;
  readonly force: boolean;
  /** How often a task of a kind is tried again when it failed. */
  readonly retry: Readonly<Record<string, number>>;
  readonly signal: AbortSignal;
}

/** Judges single tasks, works on them and keeps what comes of it. Does not deal with order, locks of tasks or events. */
export class Workshop {
  /** Of all tasks that are done, by task id. */
  readonly outputs = new Map<string, Json>();
  readonly #done = new Map<string, Task>();
  readonly #settings: WorkshopSettings;

  constructor(settings: WorkshopSettings) {
    this.#settings = settings;
  }

  judge(task: Task, force: boolean = this.#settings.force): Promise<Verdict> {
    const { world, signal } = this.#settings;
    return judge(task, { world, ports: this.#ports(task), outputs: this.outputs, force, signal });
  }

  /** Judges a task as if it had never been done: a file of what is remembered cannot be had. */
  async judgeLost(task: Task): Promise<ToDo> {
    const verdict = await this.judge(task, true);
    if (verdict.state === "cached") throw new Error(`Internal error: ${task.id} is done, although nobody asked`);
    return { ...verdict, reason: "a file of it can no longer be had" };
  }

  /** What is gone of remembered work may be had from where it was made. */
  async recover(task: Task, { stored }: ToDo): Promise<Found | null> {
    const kind = opened(task);
    if (stored === undefined || !kind.recover) return null;
    const { output, made } = stored.entry;
    const got = await kind.recover(output, task.spec, made, this.#ports(task), this.#settings.signal);
    return got ? { state: "cached", output, stored } : null;
  }

  /** Does the work. A needed file that cannot be had is made again first, which may give another key. */
  async make(task: Task, todo: ToDo): Promise<Product> {
    const { clock } = this.#settings.world;
    const began = clock.now();
    try {
      return await this.#product(task, todo, began);
    } catch (error) {
      if (!isLost(error) || !(await this.#remakeNeeds(task))) throw error;
      return await this.#product(task, await this.judgeLost(task), began);
    }
  }

  /** Puts a result in its place; dependants may have it. */
  async finish(task: Task, output: Json): Promise<void> {
    await opened(task).restore?.(output, task.spec, this.#ports(task), this.#settings.signal);
    this.outputs.set(task.id, output);
    this.#done.set(task.id, task);
  }

  async #product(task: Task, { key, material, given }: ToDo, began: number): Promise<Product> {
    const { result: output, problems, tries } = await this.#attempt(task, given);
    const duration = this.#settings.world.clock.now() - began;
    if (problems.length === 0) {
      if (key !== null) await this.#store(task, { key, material, output, duration });
      await this.finish(task, output);
    }
    return { output, problems, tries, duration, key };
  }

  /** Makes the files of needed tasks again that cannot be had; another task may just have done it. False: none has files. */
  async #remakeNeeds(task: Task): Promise<boolean> {
    const ids = Object.values(task.needs).flat();
    const needs = ids.flatMap((id) => this.#done.get(id) ?? []).filter((need) => opened(need).blobs !== undefined);
    for (const need of needs) if (await this.#lacksFiles(need)) await this.#remake(need);
    return needs.length > 0;
  }

  /** Told as a notice: the task has ended before, and well. */
  async #remake(task: Task): Promise<void> {
    const { world, signal } = this.#settings;
    const todo = await this.judgeLost(task);
    await using _held = await world.locks.hold(todo.key ?? task.id, () => {}, signal);
    if (!(await this.#lacksFiles(task))) return;
    world.emit({ type: "notice", message: `${task.id} is done again: ${todo.reason}` });
    const { problems } = await this.#product(task, todo, world.clock.now());
    if (problems.length > 0) throw new ImagesError(problems);
  }

  #lacksFiles(task: Task): Promise<boolean> {
    return lacksFiles(task, this.outputs.get(task.id) ?? null, this.#settings.world.ports.blobs);
  }

  #attempt(task: Task, given: object): Promise<Attempted<Json>> {
    const { world, retry, signal } = this.#settings;
    return attempt({
      work: () => opened(task).run(task.spec, given, this.#ports(task), signal),
      failures: (output) => opened(task).failures?.(output, task.spec, task.target) ?? [],
      retries: retry[task.kind.kind] ?? 0,
      pause: async (milliseconds, [first]) => {
        const message = `${task.id} is tried again in ${milliseconds / 1000} s: ${first?.message}`;
        world.emit({ type: "notice", message });
        await world.clock.wait(milliseconds, signal);
      },
      signal,
    });
  }

  async #store(task: Task, made: { key: string; material: Json; output: Json; duration: number }): Promise<void> {
    const { world } = this.#settings;
    const { key, material, output, duration } = made;
    const at = new Date(world.clock.now()).toISOString();
    await world.store.put({
      schema: 2,
      key,
      task: nameOf(task),
      material,
      declared: declaredBy(task),
      output,
      blobs: opened(task).blobs?.(output) ?? [],
      made: { ...(await world.origin()), at, duration },
    });
  }

  #ports(task: Task): Ports {
    const { world } = this.#settings;
    const report: Ports["report"] = (progress) => world.emit({ type: "task-progress", task: nameOf(task), progress });
    return { ...world.ports, target: task.target, report };
  }
}
