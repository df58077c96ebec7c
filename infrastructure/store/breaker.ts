import { type Call, Fault } from "./remote.ts";
import { Watch } from "./watch.ts";

export interface BreakerSettings<Resource> {
  /** Makes ready what is called, or gives what was made ready before. @throws Fault */
  readonly open: () => Promise<Resource>;
  /** Milliseconds on a clock that nobody sets. */
  readonly now: () => number;
  /** Milliseconds that a call may stand still. */
  readonly patience: number;
  /** Milliseconds that waiting for all failures together may take. */
  readonly budget: number;
  /** Told of each failure. */
  readonly failed: (fault: Fault) => void;
}

/** Failures in a row until nobody is asked for a while, and how long in milliseconds. */
const limits = { failures: 3, pause: 30_000 };

/**
 * Keeps something unreliable from holding up a run. After three failures it is left alone for 30 s, then one call tries
 * it again. After a refusal, or when the time that waiting for failures may take is used up, it is left alone for good.
 */
export class Breaker<Resource> {
  readonly #settings: BreakerSettings<Resource>;
  #failures = 0;
  #closedUntil = 0;
  #countedUntil = 0;
  #left: number;

  constructor(settings: BreakerSettings<Resource>) {
    this.#settings = settings;
    this.#left = settings.budget;
  }

  /** Milliseconds that waiting for failures may still take. */
  get left(): number {
    return this.#left;
  }

  /**
   * What the work gives, or `instead` when it fails or is not tried.
   *
   * @throws whatever is no `Fault`, and the signal's reason when it is aborted
   */
  async call<T>(instead: T, signal: AbortSignal, work: (it: Resource, call: Call) => Promise<T>): Promise<T> {
    if (!this.#admits()) return instead;
    const { open, patience, now } = this.#settings;
    const began = now();
    let since = () => began;
    try {
      const resource = await open();
      using watch = new Watch(Math.min(patience, this.#left), signal);
      since = () => now() - watch.idle;
      const result = await work(resource, watch);
      this.#failures = 0;
      return result;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Fault)) throw error;
      this.#count(error, since());
      return instead;
    }
  }

  /** Whether calls are made now; true once after each pause, for the one that probes. */
  #admits(): boolean {
    if (this.#left <= 0) return false;
    if (this.#failures < limits.failures) return true;
    const now = this.#settings.now();
    if (now < this.#closedUntil) return false;
    this.#closedUntil = now + limits.pause;
    return true;
  }

  /** What calls side by side wait for costs the time only once. Whoever does not want to will not want to later. */
  #count(fault: Fault, since: number): void {
    const now = this.#settings.now();
    this.#left -= Math.max(0, now - Math.max(since, this.#countedUntil));
    if (fault.kind !== "down") this.#left = 0;
    this.#countedUntil = now;
    this.#failures += 1;
    if (this.#failures === limits.failures) this.#closedUntil = now + limits.pause;
    this.#settings.failed(fault);
  }
}
