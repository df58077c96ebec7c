import { canonical, type Json } from "../json.ts";
import { type Fact, factsOf, type Sort, type Source } from "./facts.ts";
import { firstDifference } from "./first-difference.ts";

/** Something that is not what it was. */
export interface Difference {
  /** `mode`: of a file that is there before and after. `order`: of a task's inputs. */
  readonly sort: Sort | "mode" | "order";
  /** What people call it: a file's path, an argument's name, `base:13`. */
  readonly name: string;
  /** Null: it was not there. Of a variable only whether it was `set`: its value is nobody's business. */
  readonly before: string | null;
  /** Null: it is not there any more. */
  readonly after: string | null;
}

/** What differs between two keys, and what does not. */
export interface Comparison {
  readonly differences: readonly Difference[];
  readonly same: readonly Fact[];
}

/** Compares what two keys were made from, in the order in which the later one lists it; what is gone comes last. */
export function compare(before: Source, after: Source): Comparison {
  const [old, now] = [byName(factsOf(before)), byName(factsOf(after))];
  const same = [...now].flatMap(([id, fact]) => (isEqual(old.get(id), fact) ? [fact] : []));
  const ids = [...now.keys(), ...[...old.keys()].filter((id) => !now.has(id))];
  const found = ids.flatMap((id) => differencesOf(old.get(id), now.get(id)));
  // All the same facts, and another key all the same: they stand in another order.
  if (found.length === 0 && canonical(before.material) !== canonical(after.material))
    return { differences: [{ sort: "order", name: "inputs", before: null, after: null }], same };
  return { differences: found, same };
}

/** Facts by sort and name; none is lost where two have the same. */
function byName(facts: readonly Fact[]): ReadonlyMap<string, Fact> {
  const found = new Map<string, Fact>();
  for (const fact of facts) {
    let id = `${fact.sort} ${fact.name}`;
    while (found.has(id)) id += "'";
    found.set(id, fact);
  }
  return found;
}

function isEqual(before: Fact | undefined, after: Fact): boolean {
  return before !== undefined && canonical(before.value) === canonical(after.value);
}

function differencesOf(before: Fact | undefined, after: Fact | undefined): readonly Difference[] {
  const fact = after ?? before;
  if (fact === undefined || (before && after && isEqual(before, after))) return [];
  const { sort, name } = fact;
  if (sort === "file" || sort === "folder") return ofFile({ sort, name }, before?.value, after?.value);
  if (sort === "variable") return [{ sort, name, before: before ? "set" : null, after: after ? "set" : null }];
  if (!before || !after)
    return [{ sort, name, before: before ? textOf(before) : null, after: after ? textOf(after) : null }];
  const [was, is] = [nameOf(before.value), nameOf(after.value)];
  if (was !== undefined && is !== undefined && was !== is) return [{ sort, name, before: was, after: is }];
  const first = firstDifference(before.value, after.value);
  const at = sort === "test" ? first.at.replace(".", " ") : first.at;
  return [{ sort, name: `${name}${at}`, before: first.before, after: first.after }];
}

/** What an output is called by: the digest of the image or of the file that it is about. */
function nameOf(value: Json): string | undefined {
  const { digest, sha256 } = (value ?? {}) as { readonly digest?: unknown; readonly sha256?: unknown };
  return [digest, sha256].find((name) => typeof name === "string");
}

/** A value as one text; an output by its digest. */
export function textOf({ value }: Fact): string {
  return nameOf(value) ?? (typeof value === "string" ? value : canonical(value));
}

function ofFile(
  file: Pick<Difference, "sort" | "name">,
  before: Json | undefined,
  after: Json | undefined,
): readonly Difference[] {
  const [was, is] = [stateOf(before), stateOf(after)];
  const content = { ...file, before: was?.content ?? null, after: is?.content ?? null };
  const mode: Difference = { ...file, sort: "mode", before: was?.mode ?? null, after: is?.mode ?? null };
  // A mode comes and goes with its file.
  const kept = mode.before !== null && mode.after !== null;
  return [content, ...(kept ? [mode] : [])].filter((one) => one.before !== one.after);
}

/** What a file is now, from `[mode, sha256]`, `["link", to]` or `["folder", mode]`. */
function stateOf(value: Json | undefined): { readonly content: string; readonly mode: string | null } | undefined {
  if (value === undefined) return undefined;
  const [first, second] = value as readonly [number | string, number | string];
  if (first === "link") return { content: `link to ${second}`, mode: null };
  const [mode, content] = first === "folder" ? [second, "folder"] : [first, String(second)];
  return { content, mode: Number(mode).toString(8).padStart(4, "0") };
}
