import { type Event, type Outcome, type TaskName, unreachable } from "../events.ts";
import type { Json } from "../json.ts";

/** An event of Chrome's "Trace Event Format": complete (`X`), instant (`i`) or metadata (`M`). Times are microseconds. */
export type TraceEvent = TraceSpan | TraceMark | TraceLabel;

interface Placed {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, Json>>;
}

interface TraceSpan extends Placed {
  readonly ph: "X";
  readonly cat: string;
  readonly ts: number;
  readonly dur: number;
}

interface TraceMark extends Placed {
  readonly ph: "i";
  readonly cat: string;
  readonly ts: number;
  /** It belongs to its track only. */
  readonly s: "t";
}

interface TraceLabel extends Placed {
  readonly ph: "M";
}

/** The object form of the format, as chrome://tracing and Perfetto open it. */
export interface TraceDocument {
  readonly displayTimeUnit: "ms";
  readonly traceEvents: readonly TraceEvent[];
}

/** The one process of the trace, and the track of what took no turn in a queue: found done, or never begun. */
const [pid, aside] = [1, 1];

interface Open {
  readonly task: TaskName;
  readonly reason: string;
  readonly ts: number;
  readonly tid: number;
}

/** Draws a run: a track for each place in a queue, on it the tasks that ran there one after the other. */
export class Trace {
  readonly #queueOf: (kind: string) => string;
  readonly #now: () => number;
  readonly #began: number;
  /** `tracks[i]` has the id `i + 2`. */
  readonly #tracks: { readonly queue: string; readonly name: string; busy: boolean }[] = [];
  readonly #open = new Map<string, Open>();
  readonly #events: TraceEvent[] = [];

  /** `now` gives milliseconds and never goes back. */
  constructor(queueOf: (kind: string) => string, now: () => number) {
    this.#queueOf = queueOf;
    this.#now = now;
    this.#began = now();
  }

  take(event: Event): void {
    switch (event.type) {
      case "task-started":
        this.#begin(event.task, event.reason);
        break;
      case "task-finished":
        this.#end(event.task, event.outcome);
        break;
      case "run-started":
      case "task-progress":
      case "notice":
      case "warning":
      case "service":
      case "summary":
        break;
      default:
        unreachable(event);
    }
  }

  /** What happened so far. */
  document(): TraceDocument {
    const tracks = this.#tracks.map(({ name }, i) => label("thread_name", i + 2, { name }));
    const labels = [
      label("process_name", 0, { name: "image-manager" }),
      label("thread_name", aside, { name: "up to date, or not begun" }),
      ...tracks,
    ];
    return { displayTimeUnit: "ms", traceEvents: [...labels, ...this.#events] };
  }

  #begin(task: TaskName, reason: string): void {
    this.#open.set(task.id, { task, reason, ts: this.#elapsed(), tid: this.#freeTrack(this.#queueOf(task.kind)) });
  }

  #end(task: TaskName, outcome: Outcome): void {
    const { id: name, kind: cat } = task;
    const ts = this.#elapsed();
    const open = this.#open.get(name);
    if (open === undefined) {
      this.#events.push({ name, cat, ph: "i", s: "t", ts, pid, tid: aside, args: argumentsOf(outcome) });
      return;
    }
    const { reason, tid, ts: began } = open;
    this.#open.delete(name);
    const track = this.#tracks[tid - 2];
    if (track) track.busy = false;
    const args = { reason, ...argumentsOf(outcome) };
    this.#events.push({ name, cat, ph: "X", ts: began, dur: ts - began, pid, tid, args });
  }

  #elapsed(): number {
    return Math.round((this.#now() - this.#began) * 1000);
  }

  #freeTrack(queue: string): number {
    const free = this.#tracks.findIndex((track) => track.queue === queue && !track.busy);
    const track = this.#tracks[free];
    if (track) {
      track.busy = true;
      return free + 2;
    }
    const place = this.#tracks.filter((other) => other.queue === queue).length + 1;
    return this.#tracks.push({ queue, name: `${queue} ${place}`, busy: true }) + 1;
  }
}

function label(name: string, tid: number, args: Readonly<Record<string, Json>>): TraceLabel {
  return { name, ph: "M", pid, tid, args };
}

/** Codes instead of messages: these may name paths of this machine. */
function argumentsOf(outcome: Outcome): Readonly<Record<string, Json>> {
  const { state } = outcome;
  switch (outcome.state) {
    case "ran":
      return { state, note: outcome.note };
    case "cached":
      return { state, note: outcome.note, store: outcome.store, saved: outcome.saved };
    case "failed":
      return { state, problems: outcome.problems.map(({ code }) => code) };
    case "skipped":
      return { state, because: outcome.because };
    case "cancelled":
      return { state };
    default:
      return unreachable(outcome);
  }
}
