import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a test gets: everything it opens through it is closed when the test is over, however it ends. */
export interface Context {
  /** Aborted when the test is over or has run out of time. */
  readonly signal: AbortSignal;
  /** Makes a temporary folder and gives its absolute path. */
  folder(): Promise<string>;
  /** Disposes of the value after the test, the latest first. */
  use<T extends AsyncDisposable | Disposable>(it: T): T;
}

export type Body = (t: Context) => void | Promise<void>;

/** A context that lives until it is disposed. */
export class Scope implements Context, AsyncDisposable {
  readonly #over = new AbortController();
  readonly #stack = new AsyncDisposableStack();
  readonly signal: AbortSignal = this.#over.signal;

  async folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), "image-manager-test-"));
    this.#stack.defer(() => rm(path, { recursive: true, force: true, maxRetries: 3 }));
    return path;
  }

  use<T extends AsyncDisposable | Disposable>(it: T): T {
    return this.#stack.use(it);
  }

  /** Runs a body; after `limit` milliseconds the signal is aborted and the body is no longer waited for. */
  async run(body: Body, limit: number): Promise<void> {
    await this.#within(limit, "Timed out", () => body(this));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#within(10_000, "Disposing timed out", () => this.#stack.disposeAsync());
  }

  async #within(limit: number, what: string, work: () => void | Promise<void>): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const error = new Error(`${what} after ${limit} ms`);
      this.#over.abort(error);
      late.reject(error);
    }, limit);
    try {
      await Promise.race([(async () => work())(), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Runs a body in a context of its own. Throws what the body threw, else what went wrong in cleaning up. */
export async function runInScope(body: Body, limit: number): Promise<void> {
  const scope = new Scope();
  const errors: Error[] = [];
  await scope.run(body, limit).catch((error: unknown) => errors.push(asError(error)));
  await scope[Symbol.asyncDispose]().catch((error: unknown) => errors.push(asError(error)));
  if (errors.length > 1) throw new AggregateError(errors, errors.map((error) => error.message).join("\nAnd then: "));
  if (errors[0]) throw errors[0];
}

/** uvu reads `name` and `stack` of what is thrown, and hides every failure when there are none. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`Thrown: ${String(thrown)}`);
}
