import { canonical, type Json } from "../json.ts";

/** Where two values differ first, and what stands there. Null: nothing. */
export interface FirstDifference {
  /** `.args[0]` in a structure, ` line 3` in a text; empty for the values themselves. */
  readonly at: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The first place where two values that differ do so: a part of a structure, a line of a text. */
export function firstDifference(before: Json | undefined, after: Json | undefined): FirstDifference {
  if (isText(before) && isText(after)) return firstLine(before.split("\n"), after.split("\n"));
  const [was, is] = [partsOf(before), partsOf(after)];
  if (!was || !is || Array.isArray(before) !== Array.isArray(after))
    return { at: "", before: textOf(before), after: textOf(after) };
  // In the order of what it is now; what is only gone comes last.
  const key = [...is.keys(), ...was.keys()].find((key) => textOf(was.get(key)) !== textOf(is.get(key))) ?? "";
  const { at, ...found } = firstDifference(was.get(key), is.get(key));
  return { at: `${Array.isArray(after) ? `[${key}]` : `.${key}`}${at}`, ...found };
}

/** Text that has lines; any other is one value. */
function isText(value: Json | undefined): value is string {
  return typeof value === "string" && value.includes("\n");
}

function partsOf(value: Json | undefined): ReadonlyMap<string, Json> | undefined {
  return typeof value === "object" && value !== null ? new Map(Object.entries(value)) : undefined;
}

function textOf(value: Json | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value : canonical(value);
}

/** What is equal at the end does not count: of an inserted line it is the line, not the one that it pushed down. */
function firstLine(before: readonly string[], after: readonly string[]): FirstDifference {
  const start = after.findIndex((line, i) => line !== before[i]);
  const from = start < 0 ? after.length : start;
  let [was, is] = [before.length, after.length];
  while (was > from && is > from && before[was - 1] === after[is - 1]) [was, is] = [was - 1, is - 1];
  return {
    at: ` line ${from + 1}`,
    before: from < was ? (before[from] ?? null) : null,
    after: from < is ? (after[from] ?? null) : null,
  };
}
