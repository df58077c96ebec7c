/** Writes every event as one line of JSON (NDJSON); the last line of a run is its summary. */
export function jsonReporter(write: (text: string) => void): (event: object) => void {
  return (event) => write(`${JSON.stringify(event)}\n`);
}
