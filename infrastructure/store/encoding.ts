import { createHash } from "node:crypto";
import type { Entry } from "../../src/entry.ts";
import { keyOf } from "../../src/graph/key.ts";

/** Hexadecimal digits of a sha256, and the line break behind them. */
const header = 65;

const current: Entry["schema"] = 2;

/** Two stores keep the same entry: it is encoded once. */
const encoded = new WeakMap<Entry, Buffer>();

/** An entry as stores keep it: the sha256 of the rest in the first line, then the entry as JSON. */
export function encodeEntry(entry: Entry): Buffer {
  const known = encoded.get(entry);
  if (known) return known;
  const body = Buffer.from(JSON.stringify(entry));
  const bytes = Buffer.concat([Buffer.from(`${sha256(body)}\n`), body]);
  encoded.set(entry, bytes);
  return bytes;
}

/** Says what an entry was decoded from, where another store is to keep it as well. */
export function rememberBytes(entry: Entry, bytes: Buffer): void {
  encoded.set(entry, bytes);
}

/** What bytes are instead of an entry: another version of this tool has written them, or they are no entry of the key. */
export type Undecoded = "newer" | "older" | "damaged";

/** The entry of a key, or why the bytes are none: torn, of another key, or of another version of this tool. */
export function decodeEntry(bytes: Buffer, key: string): Entry | Undecoded {
  const body = bytes.subarray(header);
  if (bytes.toString("latin1", 0, header) !== `${sha256(body)}\n`) return "damaged";
  const { schema, ...entry } = parsed(body.toString());
  if (typeof schema === "number" && schema !== current) return schema > current ? "newer" : "older";
  if (schema !== current || entry.key !== key || entry.material === undefined) return "damaged";
  return keyOf(entry.material) === key ? ({ schema, ...entry } as Entry) : "damaged";
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What is not even an object was written by something else. */
function parsed(body: string): Partial<Omit<Entry, "schema"> & { readonly schema: number }> {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {};
  }
}
