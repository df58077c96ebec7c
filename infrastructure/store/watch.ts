import type { Call } from "./remote.ts";

/** Nothing moved for as long as a watch allows. */
export class Idle extends Error {
  override readonly name = "Idle";
}

/** Milliseconds between two looks. */
const tick = 50;

/**
 * Ends a call on which nothing has moved for `limit` milliseconds, however long it takes as a whole.
 *
 * Idle time is counted in ticks: while this process is busy itself, answers lie unread and no tick passes, so that is
 * not held against the other side.
 */
export class Watch implements Call, Disposable {
  readonly signal: AbortSignal;
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #idle = 0;

  constructor(limit: number, signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#over.signal]);
    this.#timer = setInterval(() => {
      this.#idle += tick;
      if (this.#idle >= limit) this.#over.abort(new Idle(`Nothing moved for ${limit} ms`));
    }, tick);
  }

  /** Milliseconds since something moved. */
  get idle(): number {
    return this.#idle;
  }

  readonly alive = (): void => {
    this.#idle = 0;
  };

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
