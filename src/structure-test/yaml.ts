import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  stringify,
  visit,
  type YAMLParseError,
} from "yaml";
import type { Path } from "../config/describe.ts";
import { notText } from "./spec.ts";

/** A read YAML text. Lines and columns count from 1. */
export interface Yaml {
  /** Plain data; what is null is left out. */
  readonly value: unknown;
  readonly errors: readonly YamlError[];
  /** Where the value at a path is written: its key, or as far as the path goes. */
  position(path: Path): Position;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface YamlError extends Position {
  readonly message: string;
}

// The original's parser knows YAML 1.1, in which `yes` is true.
const version = "1.1";

/** Reads a YAML text as the original does: where text is wanted, 1.10 is the text it is written as. */
export function readYaml(text: string): Yaml {
  const counter = new LineCounter();
  const document = parseDocument(text, { version, lineCounter: counter, prettyErrors: false, stringKeys: true });
  const at = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  const lost = unknownAliases(document);
  const errors = [
    ...document.errors.map((error) => ({ message: wordsFor(error, text), ...at(error.pos[0]) })),
    ...lost.map((alias) => ({ message: wordsForUnknown(alias), ...at(startOf(alias)) })),
  ];
  // What is said twice can still be looked at.
  const readable = lost.length === 0 && document.errors.every(({ code }) => code === "DUPLICATE_KEY");
  const position: Yaml["position"] = (path) => at(offsetOf(document, path));
  visit(document, { Scalar: takeAsWritten });
  try {
    return { errors, value: readable ? toValue(document) : undefined, position };
  } catch {
    const message = "anchors that stand for themselves, or for too much";
    return { errors: [...errors, { message, ...position([]) }], value: undefined, position };
  }
}

function unknownAliases(document: Document): readonly Alias[] {
  const unknown: Alias[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined) unknown.push(alias);
    },
  });
  return unknown;
}

function wordsFor({ code, message, pos }: YAMLParseError, text: string): string {
  if (code === "DUPLICATE_KEY") return `the key ${/[^\s:]*/.exec(text.slice(pos[0]))?.[0]} a second time`;
  return code === "MULTIPLE_DOCS" ? "a second document" : message.slice(0, 1).toLowerCase() + message.slice(1);
}

/** Mostly a pattern that begins with a star. */
function wordsForUnknown({ source }: Alias): string {
  return `*${source}, which stands for nothing here; text that begins with * needs quotes`;
}

/** A value as YAML that reads back as it, also in YAML 1.1. */
export function writeYaml(value: unknown): string {
  return stringify(value, { version, lineWidth: 0 });
}

function takeAsWritten(key: unknown, scalar: Scalar, path: readonly unknown[]): void {
  const owner = path.at(-1);
  const name = isPair(owner) && isScalar(owner.key) ? String(owner.key.value) : "";
  if (key === "key" || scalar.value === null || notText.includes(name)) return;
  scalar.value = scalar.source;
}

function toValue(document: Document): unknown {
  return document.toJS({ reviver: (_, value) => (value === null ? undefined : value) });
}

function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    node = pair?.value ?? (isSeq(node) ? node.items[Number(key)] : undefined);
    const found = pair?.key ?? node;
    if (found === undefined) break;
    offset = startOf(found);
  }
  return offset;
}

function startOf(node: unknown): number {
  return (node as Partial<Node> | null)?.range?.[0] ?? 0;
}
