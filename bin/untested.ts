import type { Target } from "../src/model/target.ts";
import { fail, type Problem } from "../src/problem.ts";

/**
 * Says which targets have no tests: a verb that runs tests should not pass them over in silence.
 *
 * @throws ImagesError `no-tests` when none has any
 */
export function tellUntested(targets: readonly Target[], notice: (message: string) => void): void {
  const without = targets.filter(({ tests }) => tests.length === 0);
  if (without.length > 0 && without.length === targets.length) fail(noTests(without));
  if (without.length > 0) notice(said(without));
}

function said(targets: readonly Target[]): string {
  const ids = targets.map(({ id }) => id);
  return `No tests: ${ids.length <= 3 ? ids.join(", ") : `${ids.slice(0, 2).join(", ")} and ${ids.length - 2} more`}`;
}

function noTests(targets: readonly Target[]): Problem {
  const folders = new Set(targets.flatMap(({ context }) => context.folder ?? []));
  const looked = [...folders].map((folder) => `${folder}/test.yml`);
  const fix = `Write ${looked[0] ?? "a test file"}, or name one in the configuration: tests: "path/to/test.yml"`;
  return { code: "no-tests", kind: "usage", message: said(targets), ...(looked.length > 0 && { looked }), fix };
}
