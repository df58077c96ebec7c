/** Stand around the number of a template's line; no Dockerfile has them. */
const open = "\u{f0000}";
const close = "\u{f0001}";
const mark = new RegExp(`${open}(\\d+)${close}`, "gu");
const tag = /\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}|\{#[\s\S]*?#\}/g;

/**
 * Puts a mark before the first visible character of each line that a template prints as it is.
 *
 * Not inside of tags, and not before one that eats the space before it: the mark would stop it.
 */
export function markLines(template: string): string {
  const tags = [...template.matchAll(tag)].map(({ index, 0: text }) => ({ index, end: index + text.length }));
  let start = 0;
  const marked = template.split("\n").map((line, i) => {
    const at = line.search(/\S/);
    const position = start + at;
    start += line.length + 1;
    const inside = tags.some(({ index, end }) => index < position && position < end);
    if (at < 0 || inside || /^\{[%{#]-/.test(line.slice(at))) return line;
    return `${line.slice(0, at)}${open}${i + 1}${close}${line.slice(at)}`;
  });
  return marked.join("\n");
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
