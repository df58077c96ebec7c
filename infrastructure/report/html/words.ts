import type { PlatformReport, TargetReport, TestsReport } from "../../../src/report/document.ts";
import { count } from "../../terminal/text.ts";
import { type Markup, markup } from "../markup.ts";

/** How something is; decides its colour. The text says the same. */
export type State = "good" | "bad" | "open" | "none";

const signs: Readonly<Record<State, string>> = { good: "✔", bad: "✘", open: "○", none: "–" };

/** A state in words, with a sign and a colour. */
export function status(state: State, text: string): Markup {
  return markup`<span class="status ${state}"><span aria-hidden="true">${signs[state]}</span> ${text}</span>`;
}

/** What became of the tests of one platform or several. */
export function testStatus(all: readonly TestsReport[]): Markup {
  const results = all.flatMap((tests) => tests.results);
  const failed = results.filter(({ errors }) => errors.length > 0).length;
  if (failed > 0) return status("bad", `${failed} of ${count(results.length, "test")} failed`);
  if (all.some(({ state }) => state === "not run")) return status("open", "tests not run");
  return results.length > 0 ? status("good", `${count(results.length, "test")} passed`) : status("none", "no tests");
}

/** How a target is: the first task that failed, else its tests. */
export function targetStatus({ failures, platforms }: TargetReport): Markup {
  const [first] = [...platforms.flatMap((platform) => platform.failures), ...failures];
  if (first !== undefined && !platforms.some(({ tests }) => tests.state === "failed"))
    return status("bad", `${first.task.slice(0, first.task.indexOf(" "))} failed`);
  return testStatus(platforms.map(({ tests }) => tests));
}

/** A digest that is shown shortened and copied whole. */
export function digest(value: string): Markup {
  return markup`<code class="digest" title="${value}">${value}</code>`;
}

/** A link to a target's part of the page. */
export function link(target: string): Markup {
  const [image = "", tag = ""] = target.split(":");
  return markup`<a class="target" href="#${target}"><b>${image}</b>:${tag}</a>`;
}

/** The one or more things of a list, with commas. */
export function commas(items: readonly Markup[]): readonly Markup[] {
  return items.map((item, i) => (i === 0 ? item : markup`, ${item}`));
}

/** `112 packages`, and how many of them on each platform where that differs. */
export function packagesText(platforms: readonly PlatformReport[]): string {
  const counts = platforms.flatMap(({ packages }) => (packages === null ? [] : [packages.list.length]));
  if (counts.length === 0) return "packages not listed";
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? count(most, "package") : `${least} to ${count(most, "package")}`;
}

/** Whether anything of a target failed. */
export function hasFailed({ failures, platforms }: TargetReport): boolean {
  return (
    failures.length > 0 || platforms.some(({ failures, tests }) => failures.length > 0 || tests.state === "failed")
  );
}
