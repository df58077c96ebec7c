import type { TestResult } from "../../../src/ports.ts";
import type { TestsReport } from "../../../src/report/document.ts";
import { duration } from "../../terminal/text.ts";
import { type Markup, markup } from "../markup.ts";
import { testStatus } from "./words.ts";

/** Milliseconds from which it is worth a word how long a test took. */
const slow = 100;

/** The tests of a platform by file, behind a line; open where one failed. */
export function testsOf(tests: TestsReport): Markup {
  const { state, results } = tests;
  if (results.length === 0) return markup`<p class="untested">${testStatus([tests])}</p>`;
  const took = results.reduce((sum, result) => sum + result.duration, 0);
  const files = Map.groupBy(results, ({ file }) => file);
  return markup`<details${state === "failed" && markup` open`}><summary>${testStatus([tests])} <span class="muted">${duration(took)}</span></summary>
${[...files].map(([file, some]) => markup`<p class="muted">${file}</p><ul class="tests">${failedFirst(some).map(test)}</ul>`)}
</details>`;
}

function failedFirst(results: readonly TestResult[]): readonly TestResult[] {
  return results.toSorted((a, b) => Number(b.errors.length > 0) - Number(a.errors.length > 0));
}

function test({ name, at, errors, stdout, stderr, duration: took }: TestResult): Markup {
  const good = errors.length === 0;
  return markup`<li class="${good ? "good" : "bad"}">${name === "" ? at : name}${took > slow && markup` <span class="muted">${duration(took)}</span>`}${
    !good && markup`<ul class="errors">${errors.map((error) => markup`<li>${error}</li>`)}</ul>`
  }${!good && output("stdout", stdout)}${!good && output("stderr", stderr)}</li>
`;
}

function output(stream: string, text: string): Markup | null {
  return text === "" ? null : markup`<figure><figcaption>${stream}</figcaption><pre>${text}</pre></figure>`;
}
