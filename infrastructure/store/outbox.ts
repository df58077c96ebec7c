import { once } from "node:events";
import PQueue from "p-queue";
import type { Blob, Entry } from "../../src/entry.ts";
import type { Blobs } from "../../src/ports.ts";
import { problemsOf } from "../../src/problem.ts";
import type { Breaker } from "./breaker.ts";
import { type Call, Fault, type Remote } from "./remote.ts";
import { Watch } from "./watch.ts";

export interface OutboxSettings {
  /** Where the blobs are that entries name. */
  readonly blobs: Blobs;
  readonly breaker: Breaker<Remote>;
  readonly title: string;
  readonly failed: (fault: Fault) => void;
  readonly signal: AbortSignal;
}

/** Entries that are sent at once. */
const concurrency = 8;

/** Sends entries to a remote store beside the work: the blobs that an entry names first, then the entry. */
export class Outbox {
  readonly #settings: OutboxSettings;
  readonly #queue = new PQueue({ concurrency });
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #sent = new Map<string, Promise<boolean>>();
  readonly #distrusted = new Set<string>();
  #watch: Watch | undefined;

  constructor(settings: OutboxSettings) {
    this.#settings = settings;
    this.#signal = AbortSignal.any([settings.signal, this.#stop.signal]);
  }

  /** Takes an entry to be sent; returns at once. */
  send(entry: Entry): void {
    this.#queue
      .add(() => this.#deliver(entry))
      .catch((error: unknown) => {
        if (!this.#signal.aborted) this.#settings.failed(unexpected(this.#settings.title, error));
      });
  }

  /** A blob that is there by its name and size is sent all the same: its bytes were found to be others. */
  distrust({ sha256 }: Blob): void {
    this.#distrusted.add(sha256);
  }

  /** Waits for everything that was taken, as long as nothing stands still for `patience` milliseconds. */
  async settle(patience: number): Promise<void> {
    if (this.#unsent === 0) return;
    using watch = new Watch(patience, this.#settings.signal);
    this.#watch = watch;
    if (!watch.signal.aborted) await Promise.race([this.#queue.onIdle(), once(watch.signal, "abort")]);
    if (watch.signal.aborted) this.#giveUp();
  }

  get #unsent(): number {
    return this.#queue.size + this.#queue.pending;
  }

  #giveUp(): void {
    const { title, failed, signal } = this.#settings;
    const results = this.#unsent === 1 ? "a result was" : `${this.#unsent} results were`;
    if (!signal.aborted) failed(new Fault("down", `${title} has stopped answering: ${results} not sent to it`));
    this.#queue.clear();
    this.#stop.abort(new Error("Given up"));
  }

  async #deliver(entry: Entry): Promise<void> {
    for (const blob of entry.blobs) {
      const sending = this.#sent.get(blob.sha256) ?? this.#deliverBlob(blob);
      this.#sent.set(blob.sha256, sending);
      if (await sending) continue;
      this.#sent.delete(blob.sha256);
      // An entry must never name what is not there.
      return;
    }
    await this.#call(undefined, (remote, call) => remote.putEntry(entry, call));
  }

  async #deliverBlob(blob: Blob): Promise<boolean> {
    const file = await this.#settings.blobs.path(blob);
    if (file === undefined) return false;
    return await this.#call(false, async (remote, call) => {
      const there = !this.#distrusted.has(blob.sha256) && (await remote.has(blob, call));
      if (!there) await remote.send(blob, file, call);
      return true;
    });
  }

  /** Whatever moves on one call is a sign of life for those that wait for all of them. */
  #call<T>(instead: T, work: (remote: Remote, call: Call) => Promise<T>): Promise<T> {
    return this.#settings.breaker.call(instead, this.#signal, (remote, { signal, alive }) => {
      const moved = () => {
        alive();
        this.#watch?.alive();
      };
      return work(remote, { signal, alive: moved });
    });
  }
}

function unexpected(title: string, error: unknown): Fault {
  const why = problemsOf(error)[0]?.message ?? String(error);
  return new Fault("refused", `Cannot send results to ${title}: ${why}`, { cause: error });
}
