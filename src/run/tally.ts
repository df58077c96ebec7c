import type { Outcome, Summary } from "../events.ts";
import { longestChain } from "../graph/order.ts";
import type { TaskGraph } from "../graph/plan.ts";
import type { Problem } from "../problem.ts";

/** Counts how the tasks of a run ended and keeps what went wrong, for its summary. */
export class Tally {
  readonly #counts = { ran: 0, cached: 0, failed: 0, skipped: 0, cancelled: 0 };
  readonly #problems: Problem[] = [];
  /** Milliseconds by task id. */
  readonly #took = new Map<string, number>();

  add(id: string, outcome: Outcome): void {
    this.#counts[outcome.state] += 1;
    if (outcome.state === "ran") this.#took.set(id, outcome.duration);
    if (outcome.state === "failed") for (const problem of outcome.problems) this.#remember(problem);
  }

  #remember(problem: Problem): void {
    const known = this.#problems.some(({ code, message }) => code === problem.code && message === problem.message);
    if (!known || problem.kind !== "service") this.#problems.push(problem);
  }

  /** `duration`: milliseconds of the whole run. */
  summary(graph: TaskGraph, duration: number): Summary {
    const longest = longestChain(graph, this.#took);
    return { type: "summary", ...this.#counts, duration, longest, problems: this.#problems };
  }
}
