/** What a breaker needs of the world. */
export interface BreakerSettings {
  /** Milliseconds. */
  readonly now: () => number;
  /** Told once, when the first call is given up. */
  readonly warn: (why: unknown) => void;
}

/** Failures in a row until nobody is asked for a while, how long (milliseconds), and what all of them may cost. */
const limits = { failures: 3, pause: 30_000, lost: 2000 };

/**
 * Keeps something unreliable from holding up a run: after three failures it is left alone for 30 s, then one call
 * tries it again. What waiting for failures has cost is counted; after 2 s it is left alone for good.
 */
export class Breaker {
  readonly #settings: BreakerSettings;
  #failures = 0;
  #closedUntil = 0;
  #lost = 0;
  #countedUntil = 0;
  #warned = false;

  constructor(settings: BreakerSettings) {
    this.#settings = settings;
  }

  /** Whether calls are made now; true once after each pause, for the one that probes. */
  #admits(): boolean {
    if (this.#lost >= limits.lost) return false;
    if (this.#failures < limits.failures) return true;
    if (this.#settings.now() < this.#closedUntil) return false;
    this.#closedUntil = this.#settings.now() + limits.pause;
    return true;
  }

  /** What the call gives, or `instead` when it fails or is not made; `signal` also ends it when time is used up. */
  async call<T>(instead: T, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    if (!this.#admits()) return instead;
    const began = this.#settings.now();
    const limit = AbortSignal.timeout(Math.max(1, limits.lost - this.#lost));
    try {
      const result = await work(AbortSignal.any([signal, limit]));
      this.#failures = 0;
      return result;
    } catch (error) {
      signal.throwIfAborted();
      this.#failed(began, error);
      return instead;
    }
  }

  /** Calls that fail side by side cost the time only once. */
  #failed(began: number, why: unknown): void {
    const now = this.#settings.now();
    this.#lost += Math.max(0, now - Math.max(began, this.#countedUntil));
    this.#countedUntil = now;
    this.#failures += 1;
    if (this.#failures === limits.failures) this.#closedUntil = now + limits.pause;
    if (!this.#warned) this.#settings.warn(why);
    this.#warned = true;
  }
}
