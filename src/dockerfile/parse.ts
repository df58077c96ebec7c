import {
  Arg,
  Copy,
  DockerfileParser,
  From,
  type Instruction,
  JSONInstruction,
  ModifiableInstruction,
} from "dockerfile-ast";

/** A Dockerfile's stages and what they mention. */
export interface ParsedDockerfile {
  /** ARGs before the first FROM: what FROM may use. */
  readonly args: readonly { readonly name: string; readonly value: string | null }[];
  readonly stages: readonly ParsedStage[];
}

export interface ParsedStage {
  /** Its number, from 0. */
  readonly index: number;
  /** In lower case, as BuildKit compares it; null where there is none. */
  readonly name: string | null;
  readonly from: Mention;
  /** The value of `--platform` as it is written. */
  readonly platform: string | null;
  /** Index of the last line of the FROM. */
  readonly end: number;
  /** What `COPY --from` and `RUN --mount=from=` name. */
  readonly copies: readonly Mention[];
  /** What COPY and ADD take from the build context. */
  readonly sources: readonly string[];
}

/** A name in FROM, `COPY --from` or `RUN --mount`, as it is written, and where; lines and columns count from 0. */
export interface Mention {
  readonly kind: "from" | "copy" | "mount";
  readonly text: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

type Range = ReturnType<From["getImageRange"]>;

/** Parses a Dockerfile; a FROM without a name is left out. */
export function parseDockerfile(text: string): ParsedDockerfile {
  const lines = text.split("\n");
  const instructions = DockerfileParser.parse(text).getInstructions();
  const starts = instructions.flatMap((it, i) => (it instanceof From && it.getImageRange() ? [i] : []));
  return {
    args: instructions.slice(0, starts[0]).flatMap((it) => (it instanceof Arg ? argsOf(it) : [])),
    stages: starts.map((start, i) => ({ index: i, ...stageOf(instructions.slice(start, starts[i + 1]), lines) })),
  };
}

function argsOf(arg: Arg) {
  return arg.getProperties().map((property) => ({ name: property.getName(), value: property.getUnescapedValue() }));
}

function stageOf([from, ...rest]: readonly Instruction[], lines: readonly string[]): Omit<ParsedStage, "index"> {
  if (!(from instanceof From)) throw new Error("Internal error: a stage starts with FROM");
  return {
    name: from.getBuildStage()?.toLowerCase() ?? null,
    from: { kind: "from", text: from.getImage() ?? "", ...spanOf(from.getImageRange()) },
    platform: from.getPlatformFlag()?.getValue() ?? null,
    end: from.getRange().end.line,
    copies: rest.flatMap((instruction) => copiesOf(instruction, lines)),
    sources: rest.flatMap(sourcesOf),
  };
}

function copiesOf(instruction: Instruction, lines: readonly string[]): readonly Mention[] {
  if (!(instruction instanceof ModifiableInstruction)) return [];
  const keyword = instruction.getKeyword();
  return instruction.getFlags().flatMap((flag): readonly Mention[] => {
    const span = spanOf(flag.getValueRange());
    const value = flag.getValue() ?? "";
    if (keyword === "COPY" && flag.getName() === "from" && value !== "")
      return [{ kind: "copy", text: value, ...span }];
    return keyword === "RUN" && flag.getName() === "mount" ? mountOf(flag.getValueRange(), lines) : [];
  });
}

/** The `from` of a mount. Read from the text: the parser's options keep the quotes that may stand around the whole value. */
function mountOf(range: Range, lines: readonly string[]): readonly Mention[] {
  if (range === null) return [];
  for (let line = range.start.line; line <= range.end.line; line++) {
    const start = line === range.start.line ? range.start.character : 0;
    const end = line === range.end.line ? range.end.character : undefined;
    const part = (lines[line] ?? "").slice(start, end);
    const [all = "", before = "", text = ""] = /(^|.*?["',]|\s+)from=([^\s"',]+)/i.exec(part) ?? [];
    if (text === "") continue;
    const at = start + part.indexOf(all) + before.length + "from=".length;
    return [{ kind: "mount", text, line, start: at, end: at + text.length }];
  }
  return [];
}

function sourcesOf(instruction: Instruction): readonly string[] {
  const keyword = instruction.getKeyword();
  if (keyword !== "COPY" && keyword !== "ADD") return [];
  if (instruction instanceof Copy && (instruction.getFromFlag() !== null || instruction.getHeredocs().length > 0))
    return [];
  const json = instruction instanceof JSONInstruction ? instruction.getJSONStrings() : [];
  const words =
    json.length > 0 ? json.map((it) => it.getJSONValue()) : instruction.getArguments().map((it) => it.getValue());
  return words.slice(0, -1);
}

function spanOf(range: Range): Pick<Mention, "line" | "start" | "end"> {
  if (range === null) return { line: 0, start: 0, end: 0 };
  // A name that a continuation cuts in two is told by an end before its start.
  return {
    line: range.start.line,
    start: range.start.character,
    end: range.start.line === range.end.line ? range.end.character : -1,
  };
}
