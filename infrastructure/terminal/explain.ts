import type { Comparison, Difference } from "../../src/explain/differences.ts";
import { textOf } from "../../src/explain/differences.ts";
import type { Explanation, Making } from "../../src/explain/explain.ts";
import type { Fact, Sort } from "../../src/explain/facts.ts";
import { changeOf, short } from "../../src/explain/wording.ts";
import { count, duration, listed, oneLine, table } from "./text.ts";

/** Whether a task would run and why, who made it last, what has changed since then and what has not. */
export function formatExplanation(explanation: Explanation): string {
  const { compared, last, differences, state } = explanation;
  const making = last === null ? [] : [`  ${state === "cached" ? "Made" : "Last"}: ${formatMaking(last)}.`];
  const note = compared ? ["  It is compared with what is there each time, and never remembered."] : [];
  const title = differences.length === 0 ? [] : [state === "cached" ? "  Since the last run:" : "  Since then:"];
  return [sentence(explanation), ...note, ...making, ...changes(explanation, title)].join("\n");
}

/** What differs between two keys, and what does not. */
export function formatComparison(comparison: Comparison): string {
  const { differences } = comparison;
  if (differences.length === 0) return "Both are made from the same.";
  return changes(comparison, []).join("\n");
}

/** Differences follow in a table; any other reason is said at once. */
function sentence({ id, state, reason, differences }: Explanation): string {
  if (state === "cached") return `${id} is up to date.`;
  if (state === "undecided") return `${id} may run: ${oneLine(reason)}.`;
  return differences.length > 0 ? `${id} would run.` : `${id} would run: ${oneLine(reason)}.`;
}

/** `2026-11-20 16:03 UTC, 38 s, on ci-7 (main, 1f3c9ab), from the shared store, key 3f9c2a7e1b04`. */
function formatMaking({ at, duration: took, host, branch, commit, store, key }: Making): string {
  const from = [branch, commit?.slice(0, 7)].filter((part) => part != null);
  const where = `on ${host}${from.length === 0 ? "" : ` (${from.join(", ")})`}`;
  const shelf = store === "disk" ? "from this machine's store" : "from the shared store";
  return [`${at.slice(0, 16).replace("T", " ")} UTC`, duration(took), where, shelf, `key ${key.slice(0, 12)}`].join(
    ", ",
  );
}

/** One row for each difference, the last one for what is the same; that stands alone where nothing differs. */
function changes({ differences, same }: Comparison, title: readonly string[]): readonly string[] {
  const rows = differences.map((difference) => [labelOf(difference), difference.name, oneLine(changeOf(difference))]);
  const rest = sameness(same, differences);
  if (rows.length === 0) return rest === "" ? [] : [`  From: ${rest}.`];
  const lines = table(rows);
  const label = "same".padEnd(Math.max(...rows.map(([label = ""]) => label.length)));
  return [...title, ...[...lines, ...(rest === "" ? [] : [`${label}  ${rest}`])].map((line) => `    ${line}`)];
}

function labelOf({ sort }: Difference): string {
  return labels[sort] ?? sort;
}

/** Where the sort of a difference is not what people would call it. */
const labels: Partial<Readonly<Record<Difference["sort"], string>>> = {
  schema: "image-manager",
  kind: "image-manager",
  dockerfile: "file",
  need: "result",
};

/** `base:13 (sha256:c0de1337…), 3 build arguments, 12 more files, buildkitd 0.26.3`. */
function sameness(facts: readonly Fact[], differences: readonly Difference[]): string {
  const of = (...sorts: readonly Sort[]) => facts.filter(({ sort }) => sorts.includes(sort));
  const digests = of("base", "parent", "need").map((fact) => `${fact.name} (${short(textOf(fact))})`);
  const counted = (["argument", "label", "variable", "file"] as const).flatMap((sort) => {
    const more = differences.some((difference) => difference.sort === sort) ? "more " : "";
    const found = of(sort).length;
    return found === 0 ? [] : [count(found, more + nouns[sort])];
  });
  const tools = of("tool").map((fact) => `${fact.name} ${textOf(fact)}`);
  return [...(digests.length === 0 ? [] : [listed(digests, 3)]), ...counted, ...tools].join(", ");
}

const nouns = { argument: "build argument", label: "label", variable: "variable", file: "file" } as const;
