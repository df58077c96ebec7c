import type { FileReport } from "./file.ts";
import type { Result } from "./results.ts";

/** The reports in the XML form of JUnit that CI systems read; times are seconds. */
export function junit(reports: readonly FileReport[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${reports.map(testsuite).join("")}</testsuites>\n`;
}

function testsuite({ file, results, duration }: FileReport): string {
  const count = (state: Result["state"]): number => results.filter((result) => result.state === state).length;
  const counts = `tests="${results.length}" failures="${count("failed")}" skipped="${count("skipped")}"`;
  const cases = results.map(testcase).join("");
  return `<testsuite name="${escaped(file)}" ${counts} time="${seconds(duration)}">\n${cases}</testsuite>\n`;
}

function testcase({ suite, test, state, duration, message }: Result): string {
  const [first = ""] = message.split("\n");
  const body = {
    passed: "",
    failed: `<failure message="${escaped(first)}">${escaped(message)}</failure>`,
    skipped: `<skipped message="${escaped(message)}"/>`,
  }[state];
  return `<testcase classname="${escaped(suite)}" name="${escaped(test)}" time="${seconds(duration)}">${body}</testcase>\n`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** XML 1.0 has no way at all to write most control characters. */
function escaped(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[&<>"]/g, (it) => entities[it] ?? it).replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, "\ufffd");
}
