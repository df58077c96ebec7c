import type { Outcome, Statistics, Summary, Timed } from "../events.ts";
import { longestChain } from "../graph/order.ts";
import type { TaskGraph } from "../graph/plan.ts";
import type { Problem } from "../problem.ts";

/** Counts how the tasks of a run ended and keeps what went wrong, for its summary. */
export class Tally {
  readonly #counts = { ran: 0, cached: 0, failed: 0, skipped: 0, cancelled: 0 };
  readonly #problems: Problem[] = [];
  /** Milliseconds by task id. */
  readonly #took = new Map<string, number>();
  /** All that took time, however it ended. */
  readonly #timed: Timed[] = [];
  readonly #hits: Record<string, number> = {};
  #saved = 0;

  add(id: string, outcome: Outcome): void {
    this.#counts[outcome.state] += 1;
    if (outcome.state === "ran") this.#took.set(id, outcome.duration);
    if ("duration" in outcome) this.#timed.push({ id, duration: outcome.duration });
    if (outcome.state === "cached" && outcome.store !== null) this.#hit(outcome.store, outcome.saved);
    if (outcome.state === "failed") for (const problem of outcome.problems) this.#remember(problem);
  }

  #hit(store: string, saved: number): void {
    this.#hits[store] = (this.#hits[store] ?? 0) + 1;
    this.#saved += saved;
  }

  #remember(problem: Problem): void {
    const known = this.#problems.some(({ code, message }) => code === problem.code && message === problem.message);
    if (!known || problem.kind !== "service") this.#problems.push(problem);
  }

  /** `duration`: milliseconds of the whole run. */
  summary(graph: TaskGraph, duration: number): Summary {
    const longest = longestChain(graph, this.#took);
    const statistics = this.#statistics();
    return { type: "summary", ...this.#counts, duration, longest, problems: this.#problems, statistics };
  }

  #statistics(): Statistics {
    return {
      work: this.#timed.reduce((sum, { duration }) => sum + duration, 0),
      saved: this.#saved,
      hits: this.#hits,
      slowest: this.#timed.toSorted((a, b) => b.duration - a.duration).slice(0, 10),
    };
  }
}
