import type { Difference } from "./differences.ts";

type Sort = Difference["sort"];

/** Why something is done, in a few words: the first difference, and how many more there are. */
export function reasonFor([first, ...more]: readonly Difference[]): string {
  if (first === undefined) return "not made from these inputs before";
  return more.length === 0 ? sentenceFor(first) : `${sentenceFor(first)}, and ${more.length} more`;
}

/** `images/node/rootfs/etc/npmrc changed (4f2a19c0… → 91bc03d7…)`, `base:12 is no longer used (sha256:c0de1337…)`. */
export function sentenceFor(difference: Difference): string {
  const { sort, name } = difference;
  if (sort === "schema" || sort === "kind") return `image-manager itself: ${name} ${detailOf(difference)}`;
  const detail = detailOf(difference);
  return `${nounFor(difference)} ${verbFor(difference)}${detail === "" ? "" : ` (${detail})`}`;
}

/** The same in a column of its own, where what it is about stands before it: `4f2a19c0… → 91bc03d7…`, `new`. */
export function changeOf(difference: Difference): string {
  const { sort, before, after } = difference;
  const detail = detailOf(difference);
  const word = before === null ? "new" : after === null ? "gone" : "";
  if (detail === "") return sort === "variable" || word === "" ? verbFor(difference) : word;
  return word === "" ? detail : `${word}: ${detail}`;
}

/** Digests by their first eight digits, an empty text in quotes, a long one cut. */
export function short(text: string): string {
  const shown = text.replace(/\b([0-9a-f]{8})[0-9a-f]{56,}\b/g, "$1…").trim();
  if (shown === "") return '""';
  return shown.length > 60 ? `${shown.slice(0, 59).trimEnd()}…` : shown;
}

/** From what to what; empty where that tells nothing: the hash of a new file, the number of a period. */
function detailOf({ sort, before, after }: Difference): string {
  if (sort === "variable" || sort === "period") return "";
  if (before !== null && after !== null) return `${short(before)} → ${short(after)}`;
  const one = before ?? after;
  return one === null || sort === "file" || sort === "folder" ? "" : short(one);
}

function nounFor({ sort, name }: Difference): string {
  const noun = nouns[sort];
  return noun === undefined ? name : noun.replace("%", name);
}

/** Without one here a name speaks for itself: a path, a target, a tool. */
const nouns: Partial<Readonly<Record<Sort, string>>> = {
  argument: "build argument %",
  label: "label %",
  annotation: "annotation %",
  test: "test file %",
  need: "what '%' gave",
  version: "the version by '%'",
  variable: "variable %",
  period: "the period of %",
  order: "the order of its inputs",
};

/** Both null is a change, too: of an order, which is nowhere written down. */
function verbFor({ sort, before, after }: Difference): string {
  const [changed = "changed", come = "is new", gone = "is gone"] = verbs[sort] ?? [];
  if (before === null && after !== null) return come;
  return after === null && before !== null ? gone : changed;
}

/** Where "changed", "is new" and "is gone" would not be what people say. */
const verbs: Partial<Readonly<Record<Sort, readonly [changed: string, come?: string, gone?: string]>>> = {
  mode: ["has another mode"],
  base: ["is another", "is new", "is no longer used"],
  parent: ["is another", "is new", "is no longer used"],
  tool: ["is another version", "is new", "is no longer used"],
  variable: ["has another value", "is set now", "is no longer set"],
  period: ["is over"],
};
