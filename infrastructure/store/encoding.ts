import type { Entry } from "../../src/entry.ts";
import { keyOf, sha256 } from "../../src/graph/key.ts";

/** An entry as stores keep it: the sha256 of the rest in the first line, then the entry as JSON. */
export function encodeEntry(entry: Entry): string {
  const body = JSON.stringify(entry);
  return `${sha256(body)}\n${body}`;
}

/** What `decodeEntry` says of a text that a later version of this tool wrote, and of one that is no entry of the key. */
export type Undecoded = "newer" | "damaged";

/** The entry of a key, or why the text is none: torn, of another key, or of another version of this tool. */
export function decodeEntry(text: string, key: string): Entry | Undecoded {
  const end = text.indexOf("\n");
  const body = text.slice(end + 1);
  if (end < 0 || sha256(body) !== text.slice(0, end)) return "damaged";
  const { schema, ...entry } = parsed(body);
  if (typeof schema === "number" && schema > 2) return "newer";
  if (schema !== 2 || entry.key !== key || entry.material === undefined) return "damaged";
  return keyOf(entry.material) === key ? ({ schema, ...entry } as Entry) : "damaged";
}

/** What is not even an object was written by something else. */
function parsed(body: string): Partial<Omit<Entry, "schema"> & { readonly schema: number }> {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {};
  }
}
