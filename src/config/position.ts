import type { Place } from "../problem.ts";
import type { Path } from "./describe.ts";

/**
 * Finds where in a call's argument the value at a path is written: `image("node", { tags: { … } })` at `tags`.
 *
 * It follows keys through object literals as far as they go and gives the last one; what is computed ends the way. The
 * path's first key is the call's name when the call has one.
 */
export function positionOf(text: string, call: Place, path: Path): Place {
  const tokens = tokensFrom(text, offsetOf(text, call));
  const open = tokens.findIndex(({ word }) => word === "(");
  const named = tokens[open + 1]?.word !== "{";
  const start = named ? open + 3 : open + 1;
  const at = follow(tokens, start, named ? path.slice(1) : path);
  return at === undefined ? call : { file: call.file, ...lineOf(text, at) };
}

interface Token {
  /** Punctuation, an identifier, or the text within quotes. */
  readonly word: string;
  readonly at: number;
}

/** Comments and space, then a string, an identifier or number, or one sign. */
const token =
  /(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|`((?:\\.|[^`\\])*)`|([\w$]+)|(\S))/dgy;

function tokensFrom(text: string, offset: number): readonly Token[] {
  token.lastIndex = offset;
  const tokens: Token[] = [];
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const group = match.slice(1).findIndex((one) => one !== undefined);
    const quote = group < 3 ? 1 : 0;
    tokens.push({ word: match[group + 1] ?? "", at: (match.indices?.[group + 1]?.[0] ?? match.index) - quote });
  }
  return tokens;
}

/** The offset of the last key that is found on the way; `start` is the token after which an object should open. */
function follow(tokens: readonly Token[], start: number, [key, ...rest]: Path): number | undefined {
  if (tokens[start]?.word !== "{" || typeof key !== "string") return undefined;
  let depth = 0;
  for (let index = start; index < tokens.length; index++) {
    const { word, at } = tokens[index] as Token;
    if ("{[(".includes(word)) depth++;
    if ("}])".includes(word)) depth--;
    if (depth === 0) return undefined;
    if (depth === 1 && word === key && tokens[index + 1]?.word === ":") return follow(tokens, index + 2, rest) ?? at;
  }
  return undefined;
}

function offsetOf(text: string, { line = 1, column = 1 }: Place): number {
  const before = text.split("\n", line - 1);
  return before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
}

function lineOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
