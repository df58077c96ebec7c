import { closest, distance } from "fastest-levenshtein";
import type { ReferenceData } from "./reference.ts";

/** Keys from the configuration's root to a value. */
export type Path = readonly PropertyKey[];

/** A path as a user would write it: `node.tags["24.11.0"].from`. */
export function writePath(path: Path): string {
  if (path.length === 0) return "the configuration";
  return path.map((key, index) => writeKey(key, index === 0)).join("");
}

function writeKey(key: PropertyKey, first: boolean): string {
  if (typeof key === "number") return `[${key}]`;
  const name = String(key);
  if (first) return name;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** A found value in a few words: `24.11 (a number)`, `"linux/amd46"`, `a list`. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" || typeof value === "boolean") return `${value} (a ${typeof value})`;
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return typeof value === "object" && "kind" in value ? describeReference(value as ReferenceData) : "an object";
}

/** A reference as it was written: `base.tag("13", "slim")`. */
export function describeReference(data: ReferenceData): string {
  const write = (word: string): string => JSON.stringify(word) ?? "undefined";
  if (data.kind === "external") return `external(${write(data.reference)})`;
  const words = data.variant === null ? [data.tag] : [data.tag, data.variant];
  return `${data.image}.tag(${words.map(write).join(", ")})`;
}

/** The known name that was probably meant; undefined when none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length < 3 || known.length === 0) return undefined;
  const best = closest(name, [...known]);
  const swapped = [...name].sort().join("") === [...best].sort().join("");
  return swapped || distance(name, best) <= Math.floor(name.length / 3) ? best : undefined;
}

/** `Did you mean "slim"?`, as an optional field of a problem. */
export function suggestion(name: string, known: readonly string[]): { readonly fix?: string } {
  const best = nearest(name, known);
  return best === undefined ? {} : { fix: `Did you mean ${JSON.stringify(best)}?` };
}

/** `"a", "b" and "c"`; `nothing` for none. */
export function listNames(names: readonly string[], limit = 8): string {
  const quoted = names.slice(0, limit).map((name) => JSON.stringify(name));
  if (quoted.length === 0) return "nothing";
  if (names.length > limit) return `${quoted.join(", ")} and ${names.length - limit} more`;
  const last = quoted.pop() as string;
  return quoted.length === 0 ? last : `${quoted.join(", ")} and ${last}`;
}
