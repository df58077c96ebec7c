import type { Blob, Entry } from "../../src/entry.ts";

/** A store on another machine. Every call may fail: whoever uses it goes on without. */
export interface Remote {
  /** Its name in events: `s3`. */
  readonly name: string;
  /** Undefined when there is none, or none that reads back as it was written. */
  entry(key: string, signal: AbortSignal): Promise<Entry | undefined>;
  /** Blobs first: an entry must never name what is not there. */
  putEntry(entry: Entry, signal: AbortSignal): Promise<void>;
  has(blob: Blob, signal: AbortSignal): Promise<boolean>;
  /** Writes a blob's bytes, verified, to a file that is not there yet. False: it is not there, or damaged. */
  fetch(blob: Blob, file: string, signal: AbortSignal): Promise<boolean>;
  /** Uploads a file's bytes under the blob's name; `progress` is called as it goes. */
  send(blob: Blob, file: string, progress: () => void, signal: AbortSignal): Promise<void>;
}

/** Thrown by a remote whose credentials may read and not write. */
export class ReadOnly extends Error {
  override readonly name = "ReadOnly";
}
