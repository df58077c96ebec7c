import { globSync, readFileSync } from "node:fs";

/** A code block of the documentation; `line` is the line of its first line of code, from 1. */
export interface Example {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** Fenced code blocks of the pages, and of the docstrings of the sources. */
export function examples(): readonly Example[] {
  const pages = globSync(["*.md", "docs/**/*.md"]);
  const sources = globSync("{src,tasks,infrastructure,bin}/**/*.ts");
  return [...pages, ...sources].sort().flatMap((file) => blocks(file, readFileSync(file, "utf8")));
}

/** The fenced blocks of one text; in a docstring every line begins with an asterisk, which is no part of the code. */
export function blocks(file: string, text: string): readonly Example[] {
  const fence = /^([ \t]*(?:\* )?)```(\w+)\n([\s\S]*?)^\1```$/gm;
  return [...text.matchAll(fence)].map(({ 1: margin = "", 2: language = "", 3: body = "", index }) => ({
    file,
    line: text.slice(0, index).split("\n").length + 1,
    language,
    code: body
      .split("\n")
      .map((line) => withoutMargin(line, margin))
      .join("\n"),
  }));
}

function withoutMargin(line: string, margin: string): string {
  if (line.startsWith(margin)) return line.slice(margin.length);
  return line.trim() === "*" ? "" : line;
}
