import { fail } from "../../src/problem.ts";
import { start } from "../process/start.ts";
import type { BuildkitConnection } from "./builder.ts";
import { ChainReader, type StepOutput } from "./chain-reader.ts";
import { builderLost, reasonIn } from "./failure.ts";
import { type Chain, definitionOf } from "./llb.ts";
import { startFailure } from "./start-failure.ts";

export interface ChainOptions {
  readonly connection: BuildkitConnection;
  /** What buildctl may see: its credentials' folder. */
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds that one step may take. */
  readonly timeout: number;
  /** Bytes that all steps together may print. */
  readonly output: number;
  readonly signal: AbortSignal;
}

/** How far a chain came. */
export interface ChainEnd {
  /** The steps that were begun, in order. */
  readonly begun: readonly StepOutput[];
  /** Why the last of these was the last; null when it ended as it should, and so the chain. */
  readonly stop: Stop | null;
}

/** A step ended with another code, could not be started, or was ended from here. */
export type Stop =
  | { readonly why: "exit-code"; readonly code: number }
  | { readonly why: "not-started"; readonly reason: string }
  | { readonly why: "timeout" }
  | { readonly why: "output" };

/**
 * Runs a chain of commands in one buildctl process.
 *
 * @throws ImagesError `builder-lost`, or `image-unusable` when there is no image to run the first step on
 */
export async function runChain(chain: Chain, options: ChainOptions): Promise<ChainEnd> {
  const { connection, environment: env, signal } = options;
  const reader = new ChainReader();
  const command = [connection.buildctl, "--addr", connection.address, "build", "--progress", "rawjson"];
  const process = start(command, { env, signal, stdin: "pipe", onLine: (_, line) => watch.line(line) });
  const watch = new Watch(reader, options, () => void process.kill());
  // A buildctl that has ended already says why in its own words.
  process.stdin?.on("error", () => {}).end(definitionOf(chain));
  const { code } = await process.done.finally(() => watch[Symbol.dispose]());
  signal.throwIfAborted();
  return endOf(chain, reader, watch.stop ?? (code === 0 ? null : failureOf(chain, reader)));
}

/** Ends a chain whose step runs too long or prints too much. */
class Watch implements Disposable {
  stop: Stop | undefined;
  readonly #reader: ChainReader;
  readonly #options: ChainOptions;
  readonly #end: () => void;
  #timed: { readonly step: number; readonly timer: NodeJS.Timeout } | undefined;

  constructor(reader: ChainReader, options: ChainOptions, end: () => void) {
    this.#reader = reader;
    this.#options = options;
    this.#end = end;
  }

  /** Once the chain is being ended, what it still prints is not kept. */
  line(text: string): void {
    if (this.stop) return;
    this.#reader.line(text);
    const { running, printed } = this.#reader;
    if (printed > this.#options.output) this.#stop({ why: "output" });
    else if (running !== this.#timed?.step) this.#time(running);
  }

  #time(step: number | undefined): void {
    this[Symbol.dispose]();
    if (step === undefined) return;
    const timer = setTimeout(() => this.#stop({ why: "timeout" }), this.#options.timeout);
    this.#timed = { step, timer };
  }

  #stop(stop: Stop): void {
    this.stop = stop;
    this.#end();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timed?.timer);
    this.#timed = undefined;
  }
}

/** A step that may end with 1 or 127 passes for well when it was not even started. */
function endOf({ steps }: Chain, { begun }: ChainReader, stop: Stop | null): ChainEnd {
  const failures = begun.map((output, i) => startFailure(output, steps[i]?.args[0] ?? ""));
  const first = failures.findIndex((reason) => reason !== null);
  const reason = failures[first];
  return reason ? { begun: begun.slice(0, first + 1), stop: { why: "not-started", reason } } : { begun, stop };
}

function failureOf({ image }: Chain, { begun, messages, error }: ChainReader): Stop {
  const reason = reasonIn(messages);
  const lost = builderLost(reason);
  if (lost) return fail(lost);
  if (begun.length === 0) {
    const message = `BuildKit cannot use ${image}`;
    return fail({ code: "image-unusable", kind: "task", message, found: error ?? reason });
  }
  // BuildKit quotes the command, which may hold these words itself: the last ones count.
  const ended = /^.*did not complete successfully: (?:exit code: (\d+)|(.*))/s.exec(error ?? reason);
  if (ended?.[1] !== undefined) return { why: "exit-code", code: Number(ended[1]) };
  return { why: "not-started", reason: ended?.[2] ?? reason };
}
