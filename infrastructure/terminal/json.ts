import type { Listener } from "../../src/events.ts";

/** Writes every event as one line of JSON (NDJSON); the last line of a run is its summary. */
export function jsonReporter(write: (text: string) => void): Listener {
  return (event) => write(`${JSON.stringify(event)}\n`);
}
