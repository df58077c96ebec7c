/** Stand around the number of a template's line; no Dockerfile has them. */
const open = "\u{f0000}";
const close = "\u{f0001}";
const mark = new RegExp(`${open}(\\d+)${close}`, "gu");
const tag = /\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}|\{#[\s\S]*?#\}/g;

/**
 * Puts marks with the number of their line before the first visible character of each line and before each value that
 * a template prints.
 *
 * Not inside of tags, and not before one that eats the space before it: the mark would stop it.
 */
export function markLines(template: string): string {
  const tags = [...template.matchAll(tag)].map(({ index, 0: text }) => ({ index, text }));
  const values = tags.filter(({ text }) => text.startsWith("{{")).map(({ index }) => index);
  let end = 0;
  const marked = template.split("\n").map((line, i) => {
    const start = end;
    end += line.length + 1;
    const first = start + line.search(/\S|$/);
    const within = values.filter((index) => index > first && index < end);
    const positions = [first, ...within].filter((at) => isPlain(template, at, tags));
    return insert(
      line,
      `${open}${i + 1}${close}`,
      positions.map((at) => at - start),
    );
  });
  return marked.join("\n");
}

interface Tag {
  readonly index: number;
  readonly text: string;
}

function isPlain(template: string, at: number, tags: readonly Tag[]): boolean {
  if (/^(\n|$|\{[%{#]-)/.test(template.slice(at, at + 3))) return false;
  return !tags.some(({ index, text }) => index < at && at < index + text.length);
}

function insert(line: string, text: string, positions: readonly number[]): string {
  const ends = [...positions, line.length];
  return line.slice(0, positions[0]) + positions.map((at, i) => text + line.slice(at, ends[i + 1])).join("");
}

/**
 * The template's line (from 1) behind each line of a rendered text, read from the rendering of the marked template.
 *
 * A line without a mark belongs to the one before it: a value of several lines, an included template.
 * All are 0 when marks changed what was rendered.
 */
export function readMarks(marked: string, plain: string): readonly number[] {
  if (marked.replace(mark, "") !== plain) return plain.split("\n").map(() => 0);
  let last = 0;
  return marked.split("\n").map((line) => {
    const marks = [...line.matchAll(mark)];
    const leading = marks.filter(({ index }) => line.slice(0, index).replace(mark, "").trim() === "").at(-1);
    const found = Number(leading?.[1] ?? last);
    last = Number(marks.at(-1)?.[1] ?? last);
    return found;
  });
}
