/** A line like `# escape=\`` at the top of a Dockerfile. `line` counts from 0. */
export interface Directive {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

/** The parser directives of a Dockerfile: they end at the first line that is none (Dockerfile reference, "Parser directives"). */
export function directivesOf(text: string): readonly Directive[] {
  const directives: Directive[] = [];
  for (const [line, content] of text
    .replace(/^\ufeff/, "")
    .split("\n")
    .entries()) {
    if (line === 0 && content.startsWith("#!")) continue;
    const [, name = "", value = ""] = /^(?:#|\/\/)\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/.exec(content) ?? [];
    if (!["syntax", "escape", "check"].includes(name.toLowerCase())) break;
    directives.push({ name: name.toLowerCase(), value, line });
  }
  return directives;
}

/** Whether a syntax line asks for what BuildKit has built in anyway: the stable channel of version 1. */
export function isBuiltInSyntax(value: string): boolean {
  return /^(docker\.io\/)?docker\/dockerfile(:1(\.\d+){0,2})?(@sha256:[0-9a-f]{64})?$/.test(value);
}

/**
 * Leaves the syntax line out and keeps the number of lines.
 *
 * The other directives move up, for a plain comment before them would make them comments, too.
 */
export function withoutSyntax(lines: readonly string[], directives: readonly Directive[]): readonly string[] {
  if (!directives.some(({ name }) => name === "syntax")) return lines;
  const kept = directives.filter(({ name }) => name !== "syntax").map(({ line }) => lines[line] ?? "");
  const start = directives[0]?.line ?? 0;
  const blank = directives.slice(kept.length).map(() => "#");
  return [...lines.slice(0, start), ...kept, ...blank, ...lines.slice(start + directives.length)];
}
