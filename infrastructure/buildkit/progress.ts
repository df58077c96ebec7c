import { StringDecoder } from "node:string_decoder";
import type { Progress } from "../../src/events.ts";

/** A step of a build as BuildKit's SolveStatus carries it; the same vertex comes again whenever it changes. */
export interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly started?: string;
  readonly completed?: string;
  readonly cached?: boolean;
  readonly error?: string;
}

/** A line of `buildctl --progress rawjson` (BuildKit's client.SolveStatus). */
export interface SolveStatus {
  readonly vertexes?: readonly Vertex[];
  /** Bytes as they came, in base64: a piece may end within a line, or within a character. */
  readonly logs?: readonly { readonly vertex: string; readonly stream: number; readonly data: string }[];
}

/** What is known of a failed step. */
export interface FailedStep {
  readonly name: string;
  readonly error: string;
  readonly log: readonly string[];
}

interface Unfinished {
  readonly decoder: StringDecoder;
  readonly text: string;
}

const keptLines = 20;

/** Turns the lines of `buildctl --progress rawjson` into progress and remembers what a failure's message needs. */
export class ProgressReader {
  /** Lines that are no JSON: the excerpt of the Dockerfile and the final `error:`. */
  readonly messages: string[] = [];
  readonly #report: (progress: Progress) => void;
  readonly #logs = new Map<string, string[]>();
  /** The begun line of each stream of each step that runs. */
  readonly #unfinished = new Map<string, Map<number, Unfinished>>();
  readonly #started = new Set<string>();
  #failed: Vertex | undefined;

  constructor(report: (progress: Progress) => void) {
    this.#report = report;
  }

  get failed(): FailedStep | undefined {
    if (!this.#failed) return undefined;
    const { digest, name, error = "" } = this.#failed;
    return { name, error, log: this.#logs.get(digest) ?? [] };
  }

  /** Takes one line of buildctl's standard error. */
  line(text: string): void {
    if (!text.startsWith("{")) return void this.messages.push(text);
    const { vertexes = [], logs = [] } = JSON.parse(text) as SolveStatus;
    for (const vertex of vertexes) this.#vertex(vertex);
    for (const { vertex, stream, data } of logs) this.#log(vertex, stream, Buffer.from(data, "base64"));
    for (const { digest, completed } of vertexes) if (completed) this.#endLog(digest);
  }

  #vertex(vertex: Vertex): void {
    // Steps that a failure elsewhere cancelled carry an error, too: the first one is the cause.
    if (vertex.error && !this.#failed && !vertex.error.endsWith("context canceled")) this.#failed = vertex;
    if (!vertex.started || vertex.cached || this.#started.has(vertex.digest)) return;
    this.#started.add(vertex.digest);
    const step = stepOf(vertex.name);
    if (step) this.#report(step);
  }

  #log(vertex: string, stream: number, data: Buffer): void {
    const pieces = this.#unfinished.get(vertex) ?? new Map<number, Unfinished>();
    this.#unfinished.set(vertex, pieces);
    const { decoder, text } = pieces.get(stream) ?? { decoder: new StringDecoder(), text: "" };
    const lines = (text + decoder.write(data)).split(/\r?\n/);
    pieces.set(stream, { decoder, text: lines.pop() ?? "" });
    this.#take(vertex, lines);
  }

  #endLog(vertex: string): void {
    const pieces = [...(this.#unfinished.get(vertex)?.values() ?? [])];
    this.#unfinished.delete(vertex);
    this.#take(
      vertex,
      pieces.map(({ text, decoder }) => text + decoder.end()),
    );
  }

  #take(vertex: string, lines: readonly string[]): void {
    const said = lines.filter((line) => line !== "");
    this.#logs.set(vertex, [...(this.#logs.get(vertex) ?? []), ...said].slice(-keptLines));
    for (const line of said) this.#report({ kind: "log", line });
  }
}

/** `[build 2/5] RUN make` → step 2 of 5; BuildKit's own work has no number. */
function stepOf(name: string): Progress | undefined {
  const [, index, of, text] = /^\[(?:\S+ )?(\d+)\/(\d+)\] (.*)$/s.exec(name) ?? [];
  if (text !== undefined) return { kind: "step", text, index: Number(index), of: Number(of) };
  return name.startsWith("exporting") ? { kind: "step", text: name, index: 0, of: 0 } : undefined;
}
