import type { Blob, Entry } from "../../../src/entry.ts";
import { keyOf } from "../../../src/graph/key.ts";

/** An entry as the engine would store it for a task of that name. */
export function entryOf(name: string, changes: Partial<Entry> = {}): Entry {
  const material = { kind: "build", name };
  const made = { host: "here", commit: null, branch: null, registry: "localhost:5050/", version: "1" };
  return {
    schema: 2,
    key: keyOf(material),
    task: { id: `build ${name}`, kind: "build", target: name, platform: null },
    material,
    declared: { inputs: {}, needs: {} },
    output: { name },
    blobs: [] as readonly Blob[],
    made: { at: "2026-01-01T00:00:00.000Z", duration: 1, ...made },
    ...changes,
  };
}
