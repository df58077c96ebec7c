import pc from "picocolors";
import type { Outcome } from "../../src/events.ts";
import type { Problem } from "../../src/problem.ts";
import { type ProblemStyle, placeOf } from "./problems.ts";
import { cut, oneLine, pad, printable, width } from "./text.ts";

type Failed = Outcome & { readonly state: "failed" };

/** More would push the first ones off the screen, and the reports have all. */
const most = { tests: 20, name: 60, line: 400 };

/** `1 of 14 failed` for a task whose tests failed; undefined for one that failed otherwise. */
export function failedTests({ problems, output }: Failed): string | undefined {
  if (problems.length === 0 || problems.some(({ kind }) => kind !== "test")) return undefined;
  // Tasks are out of reach for this layer; only `test` has results in its output.
  const results = output !== null && typeof output === "object" && "results" in output ? output.results : undefined;
  return `${problems.length} of ${Array.isArray(results) ? results.length : problems.length} failed`;
}

/** Failed tests: the name of each and its place, the command, what was wrong and the last it printed. */
export function formatTests(problems: readonly Problem[], { color }: ProblemStyle): string {
  const shown = problems.slice(0, most.tests);
  const { bold, dim } = pc.createColors(color);
  const names = shown.map(({ message }) => cut(oneLine(message), most.name));
  const column = Math.max(...names.map(width));
  const blocks = shown.map(({ place, excerpt, found = "", log = [] }, i) => {
    const name = place ? `${bold(pad(names[i] ?? "", column))}    ${placeOf(place)}` : bold(names[i] ?? "");
    const wrong = found.split("\n").map((line) => cut(printable(line), most.line));
    const details = [
      ...(excerpt === undefined ? [] : [oneLine(excerpt)]),
      ...wrong,
      ...log.map((line) => dim(cut(printable(line), most.line))),
    ];
    return [`   ${name}`, ...details.map((line) => `     ${line}`)].join("\n");
  });
  const left = problems.length - shown.length;
  return [...blocks, ...(left > 0 ? [`   and ${left} more`] : [])].join("\n\n");
}
