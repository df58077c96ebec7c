import { duration } from "./text.ts";

/** Before this, what was seen says too little. */
const patience = 2000;

/** Guesses how long a run still takes from what its tasks took before and from how fast it is this time. */
export class Estimate {
  /** What the tasks that have not ended are expected to take, in milliseconds, as far as it is known. */
  readonly #pending: Map<string, number>;
  readonly #running = new Map<string, number>();
  /** Whether enough is known of this run's tasks for the rest not to matter. */
  readonly #known: boolean;
  #began: number | undefined;
  /** What ended tasks took this time; those that were done already took nothing. */
  #done = 0;

  constructor(tasks: readonly string[], durations: Readonly<Record<string, number>>) {
    const known = tasks.flatMap((id) => (durations[id] === undefined ? [] : [[id, durations[id]] as const]));
    this.#pending = new Map(known);
    this.#known = known.length > 0 && known.length >= tasks.length * 0.8;
  }

  started(id: string, now: number): void {
    this.#began ??= now;
    this.#running.set(id, now);
  }

  ended(id: string, now: number): void {
    this.#done += now - (this.#running.get(id) ?? now);
    this.#running.delete(id);
    this.#pending.delete(id);
  }

  /** Milliseconds; undefined while nobody can know. */
  left(now: number): number | undefined {
    if (!this.#known || this.#began === undefined || now - this.#began < patience) return undefined;
    let [work, done, atLeast] = [0, this.#done, 0];
    for (const [id, expected] of this.#pending) {
      const spent = now - (this.#running.get(id) ?? now);
      const rest = Math.max(0, expected - spent);
      work += rest;
      // However many hands there are, a running task ends no sooner.
      if (this.#running.has(id)) atLeast = Math.max(atLeast, rest);
    }
    for (const began of this.#running.values()) done += now - began;
    // Work done per time: how many tasks ran side by side on the average.
    const speed = Math.max(1, done / (now - this.#began));
    return Math.max(atLeast, work / speed);
  }
}

/** As rough as a guess should look: `7 s`, `40 s`, `1 min 30 s`, `12 min`. */
export function roughly(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  const step = seconds < 10 ? 1 : seconds < 60 ? 5 : seconds < 600 ? 10 : 60;
  const rough = Math.max(1, Math.round(seconds / step)) * step;
  return rough < 60 ? `${rough} s` : duration(rough * 1000);
}
