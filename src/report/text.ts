import { sha256 } from "../graph/key.ts";
import type { Report } from "./document.ts";

const start = '{"checksum":"sha256:';

/**
 * A report as JSON: one object on one line, its first member the checksum of the rest.
 *
 * Most of it are packages: blanks would double it, and looking at every one of them when it is read back would take
 * longer than a run that finds nothing to do.
 */
export function reportText(report: Report): string {
  const body = JSON.stringify(report).slice(1);
  return `${start}${sha256(body)}",${body}\n`;
}

/** A report from its text; null when it is not as it was written or of another form: nothing is known then. */
export function readReport(text: string): Report | null {
  const end = start.length + 64;
  const [sum, body] = [text.slice(start.length, end), text.slice(end + 2).trimEnd()];
  if (!text.startsWith(start) || sum !== sha256(body)) return null;
  const report = JSON.parse(`{${body}`) as Report;
  return report.schema === 1 ? report : null;
}
