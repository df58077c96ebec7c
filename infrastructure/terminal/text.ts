import { stripVTControlCharacters } from "node:util";

/** Milliseconds for people: `0.06 s`, `9.8 s`, `58 s`, `1 min 12 s`, `2 h 5 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  // The limits are where rounding would give the next unit: 19.96 is not "20.0".
  if (milliseconds < 95) return `${(milliseconds / 1000).toFixed(2)} s`;
  if (milliseconds < 19_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return units(seconds, 60, "min", "s");
  return units(Math.floor(seconds / 60), 60, "h", "min");
}

function units(amount: number, base: number, large: string, small: string): string {
  const rest = amount % base;
  return `${Math.floor(amount / base)} ${large}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}

/** A size for people, in units of 1000: `532 B`, `9.8 kB`, `142 MB`, `1.2 GB`. */
export function bytes(size: number): string {
  // As with durations, the limits are where rounding would give the next unit.
  const index = ["B", "kB", "MB"].findIndex((_, i) => size < 999.5 * 1000 ** i);
  const exponent = index < 0 ? 3 : index;
  const amount = size / 1000 ** exponent;
  return `${amount.toFixed(exponent > 0 && amount < 9.95 ? 1 : 0)} ${["B", "kB", "MB", "GB"][exponent]}`;
}

/** `1 task`, `31 tasks`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
}

/** `a, b, c and 3 more`. */
export function listed(items: readonly string[], limit: number, separator = ", "): string {
  const shown = items.slice(0, limit).join(separator);
  return items.length <= limit ? shown : `${shown} and ${items.length - limit} more`;
}

/** Texts in their natural order, where `9` comes before `10`. */
export function sorted(texts: Iterable<string>): readonly string[] {
  return [...texts].sort(new Intl.Collator("en", { numeric: true }).compare);
}

// What this tool itself prints, and nearly everything else: one column each, no segmenting needed.
const narrow = /^[ -~·…→│✔✘■⠀-⣿]*$/;
const wide =
  /\p{Emoji_Presentation}|\uFE0F|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]|[\u{20000}-\u{3FFFD}]/u;

/** Columns that a text takes on a terminal; colours take none. */
export function width(text: string): number {
  if (narrow.test(text)) return text.length;
  return segments(stripVTControlCharacters(text)).reduce((sum, segment) => sum + columnsOf(segment), 0);
}

/** A cluster of characters is one sign, however many code points it has. */
function columnsOf(segment: string): number {
  return wide.test(segment) ? 2 : 1;
}

function segments(text: string): readonly string[] {
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}

/** The text with spaces up to a number of columns; a longer one as it is. */
export function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - width(text)));
}

/** A text without colours in at most so many columns; the last one says `…` when something is left out. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let [kept, used] = ["", 1];
  for (const segment of segments(text)) {
    used += columnsOf(segment);
    if (used > columns) break;
    kept += segment;
  }
  return columns < 1 ? "" : `${kept.trimEnd()}…`;
}

/** The lines of a text, broken at spaces where they are wider than `columns`; a longer word stays whole. */
export function wrap(text: string, columns: number): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const lines: string[] = [];
    for (const word of line.split(" ")) {
      const longer = `${lines.at(-1)} ${word}`;
      if (lines.length > 0 && width(longer) <= columns) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  });
}

/** Rows of cells with aligned columns, two spaces or more between them; nothing after the last cell of a row. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(cell));
  return rows.map((row) =>
    row
      .map((cell, i) => pad(cell, widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Foreign output as one harmless line: what a progress bar drew last, without colours, tabs and control characters. */
export function printable(line: string): string {
  const last = stripVTControlCharacters(line)
    .split("\r")
    .findLast((part) => part.trim() !== "");
  return (last ?? "")
    .replaceAll("\t", "    ")
    .replace(/\p{Cc}/gu, "")
    .trimEnd();
}

/** Text of several lines, such as a heredoc, as one. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}
