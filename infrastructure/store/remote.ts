import type { Blob, Entry } from "../../src/entry.ts";

/** A call to another machine: what ends it, and how it says that bytes move. */
export interface Call {
  readonly signal: AbortSignal;
  readonly alive: () => void;
}

/** A store on another machine. Every call may throw a `Fault`: whoever uses it goes on without. */
export interface Remote extends Disposable {
  /** Its name in events: `s3`. */
  readonly name: string;
  /** Whether there is a bucket that may be used. */
  usable(call: Call): Promise<boolean>;
  /** Undefined when there is none, or none that reads back as it was written. */
  entry(key: string, call: Call): Promise<Entry | undefined>;
  /** Blobs first: an entry must never name what is not there. */
  putEntry(entry: Entry, call: Call): Promise<void>;
  /** Whether there is a blob of that name and size. */
  has(blob: Blob, call: Call): Promise<boolean>;
  /** Writes a blob's bytes, verified, to a file that is not there yet. False: it is not there, or damaged. */
  fetch(blob: Blob, file: string, call: Call): Promise<boolean>;
  /** Uploads a file's bytes under the blob's name. */
  send(blob: Blob, file: string, call: Call): Promise<void>;
}

/**
 * How a remote store fails: it cannot be reached now (`down`), would never do what is asked (`refused`), takes
 * nothing from these credentials (`read-only`), or has no room (`full`).
 */
export type FaultKind = "down" | "refused" | "read-only" | "full";

/** A remote store that did not do what was asked. Its message is for people: what is wrong, and the way out. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
