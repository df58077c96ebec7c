import type { Progress } from "../../src/events.ts";

/** A step of a build as BuildKit's SolveStatus carries it; the same vertex comes again whenever it changes. */
interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly started?: string;
  readonly completed?: string;
  readonly cached?: boolean;
  readonly error?: string;
}

interface SolveStatus {
  readonly vertexes?: readonly Vertex[];
  readonly logs?: readonly { readonly vertex: string; readonly data: string }[];
}

/** What is known of a failed step. */
export interface FailedStep {
  readonly name: string;
  readonly error: string;
  readonly log: readonly string[];
}

const keptLines = 20;

/** Turns the lines of `buildctl --progress rawjson` into progress and remembers what a failure's message needs. */
export class ProgressReader {
  /** Lines that are no JSON: the excerpt of the Dockerfile and the final `error:`. */
  readonly messages: string[] = [];
  readonly #report: (progress: Progress) => void;
  readonly #logs = new Map<string, string[]>();
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
    for (const { vertex, data } of logs) this.#log(vertex, Buffer.from(data, "base64").toString("utf8"));
  }

  #vertex(vertex: Vertex): void {
    // Steps that a failure elsewhere cancelled carry an error, too: the first one is the cause.
    if (vertex.error && !this.#failed && !vertex.error.endsWith("context canceled")) this.#failed = vertex;
    if (!vertex.started || vertex.cached || this.#started.has(vertex.digest)) return;
    this.#started.add(vertex.digest);
    const step = stepOf(vertex.name);
    if (step) this.#report(step);
  }

  #log(vertex: string, data: string): void {
    const lines = data.split(/\r?\n/).filter((line) => line !== "");
    this.#logs.set(vertex, [...(this.#logs.get(vertex) ?? []), ...lines].slice(-keptLines));
    for (const line of lines) this.#report({ kind: "log", line });
  }
}

/** `[build 2/5] RUN make` → step 2 of 5; BuildKit's own work has no number. */
function stepOf(name: string): Progress | undefined {
  const [, index, of, text] = /^\[(?:\S+ )?(\d+)\/(\d+)\] (.*)$/s.exec(name) ?? [];
  if (text !== undefined) return { kind: "step", text, index: Number(index), of: Number(of) };
  return name.startsWith("exporting") ? { kind: "step", text: name, index: 0, of: 0 } : undefined;
}
