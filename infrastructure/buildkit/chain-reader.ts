import { placeOf } from "./llb.ts";
import type { SolveStatus, Vertex } from "./progress.ts";

/** What a step printed and how long it took. */
export interface StepOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds. */
  readonly duration: number;
}

interface Begun {
  readonly began: number;
  ended?: number;
  readonly streams: readonly [stdout: Buffer[], stderr: Buffer[]];
}

/** Follows a chain by what `buildctl --progress rawjson` tells of it. */
export class ChainReader {
  /** Bytes that all steps have printed. */
  printed = 0;
  /** Why a step failed, or the image before it. */
  error: string | undefined;
  /** Lines that are no JSON: the final `error:` is among them. */
  readonly messages: string[] = [];
  readonly #begun: Begun[] = [];
  readonly #byDigest = new Map<string, Begun>();

  /** The place in the chain of the step that runs; undefined while none does. */
  get running(): number | undefined {
    const last = this.#begun.length - 1;
    return last < 0 || this.#begun[last]?.ended !== undefined ? undefined : last;
  }

  /** The steps that were begun, in order. */
  get begun(): readonly StepOutput[] {
    return this.#begun.map(({ began, ended = Date.now(), streams: [stdout, stderr] }) => {
      return { stdout: textOf(stdout), stderr: textOf(stderr), duration: Math.max(0, ended - began) };
    });
  }

  /** Takes one line of buildctl's standard error. */
  line(text: string): void {
    if (!text.startsWith("{")) return void this.messages.push(text);
    const { vertexes = [], logs = [] } = JSON.parse(text) as SolveStatus;
    for (const vertex of vertexes) this.#vertex(vertex);
    for (const { vertex, stream, data } of logs) this.#log(vertex, stream, Buffer.from(data, "base64"));
  }

  #vertex({ digest, name, started, completed, error }: Vertex): void {
    this.error ??= error;
    const place = placeOf(name);
    if (place < 0 || started === undefined) return;
    const step: Begun = this.#begun[place] ?? { began: Date.parse(started), streams: [[], []] };
    if (completed !== undefined) step.ended = Date.parse(completed);
    this.#begun[place] = step;
    this.#byDigest.set(digest, step);
  }

  #log(vertex: string, stream: number, data: Buffer): void {
    this.printed += data.length;
    this.#byDigest.get(vertex)?.streams[stream === 1 ? 0 : 1].push(data);
  }
}

function textOf(pieces: readonly Buffer[]): string {
  return Buffer.concat(pieces).toString();
}
