/** Text that is HTML or XML already. Made by `markup` only, so that nothing else gets into a document unescaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template may hold: lists are joined, null and false are nothing. */
export type Content = Markup | string | number | null | false | readonly Content[];

/** A template of HTML or XML whose values are escaped, unless they are markup themselves. */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + written(values[i - 1] ?? null) + part));
}

function written(value: Content): string {
  if (value instanceof Markup) return value.text;
  if (value === null || value === false) return "";
  if (typeof value === "string" || typeof value === "number") return escaped(String(value));
  return value.map(written).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** XML 1.0 has no way at all to write most control characters, and HTML no use for them. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => entities[character] ?? "")
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
}
