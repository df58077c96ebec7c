import type { History, Past } from "../ports.ts";

/** What is known of the past of tasks, and what a run adds to it. */
export class Memory {
  readonly #before: Readonly<Record<string, Past>>;
  readonly #added: Record<string, Past> = {};

  constructor(before: Readonly<Record<string, Past>>) {
    this.#before = before;
  }

  /** What a task was before this run. */
  past(id: string): Past | undefined {
    return this.#before[id];
  }

  /** A task that ran. */
  ran(id: string, past: Past): void {
    this.#added[id] = past;
  }

  /** A task whose work was there. Mostly it is what it was: then nothing is to be written. */
  found(id: string, past: Past): void {
    if (this.#before[id]?.key !== past.key) this.#added[id] = past;
  }

  async save(history: History): Promise<void> {
    if (Object.keys(this.#added).length > 0) await history.save({ ...this.#before, ...this.#added });
  }
}
