import { normalize } from "node:path/posix";
import { fail } from "../../src/problem.ts";

/** One line of a `.dockerignore`. */
interface Rule {
  /** Starts with `!`: lets through what an earlier line left out. */
  readonly negated: boolean;
  /** Cleaned, without `!`. */
  readonly pattern: string;
  readonly matches: (path: string) => boolean;
}

/** What the rules say of a path, and which of them matched it or a folder above it. */
export interface Verdict {
  readonly ignored: boolean;
  readonly matched: readonly boolean[];
}

/** Decides as BuildKit does: patterns are rooted, the last match wins, and what matches a folder matches all below it. */
export interface Ignore {
  /** `above` is the verdict of the folder the path lies in. */
  judge(path: string, above?: Verdict): Verdict;
  /** Whether an ignored folder may hold something that is not ignored. */
  mayHold(folder: string): boolean;
}

/** The patterns of a `.dockerignore` (moby/patternmatcher, ignorefile): comments, blank lines and leading `/` removed. */
export function readPatterns(text: string): readonly string[] {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const patterns = lines.filter((line) => !line.startsWith("#")).map((line) => line.trim());
  return patterns.filter((pattern) => pattern !== "").map(cleanLine);
}

function cleanLine(line: string): string {
  const [mark, pattern] = line.startsWith("!") ? ["!", line.slice(1).trim()] : ["", line];
  const cleaned = pattern === "" ? "" : clean(pattern);
  return mark + (cleaned.length > 1 ? cleaned.replace(/^\//, "") : cleaned);
}

/** Makes a matcher of cleaned patterns (moby/patternmatcher 0.6). Throws ImagesError `invalid-pattern`. */
export function createIgnore(patterns: readonly string[]): Ignore {
  const rules = patterns.map(toRule);
  const exceptions = rules.filter(({ negated }) => negated).map(({ pattern }) => pattern.replace(/\/\*\*$/, ""));
  const literal = exceptions.every((pattern) => !/[*?[\]^\\]/.test(pattern));
  return {
    judge: (path, above) => judge(rules, path, above),
    mayHold: (folder) => exceptions.some((pattern) => !literal || pattern.startsWith(`${folder}/`)),
  };
}

function judge(rules: readonly Rule[], path: string, above: Verdict | undefined): Verdict {
  let ignored = false;
  const matched = rules.map(({ negated, matches }, i) => {
    // A rule that could change nothing is not asked, so that it does not count as matched for what lies below either.
    const match = above?.matched[i] || (negated === ignored && matches(path));
    if (match) ignored = !negated;
    return match;
  });
  return { ignored, matched };
}

function toRule(line: string): Rule {
  const cleaned = clean(line.trim());
  const negated = cleaned.startsWith("!");
  const pattern = negated ? cleaned.slice(1) : cleaned;
  if (pattern === "") return refuse(line);
  const matches = matchers.get(pattern) ?? matcher(pattern, line);
  matchers.set(pattern, matches);
  return { negated, pattern, matches };
}

/** By pattern: the folders of a thousand images have the same few. */
const matchers = new Map<string, Rule["matches"]>();

function matcher(pattern: string, line: string): Rule["matches"] {
  if (!/[*?[\]\\]/.test(pattern)) return (path) => path === pattern;
  const suffix = /^\*\*([^*?[\]\\]+)$/.exec(pattern)?.[1];
  if (suffix !== undefined) return (path) => path.endsWith(suffix) || `/${path}` === suffix;
  try {
    const form = new RegExp(`^${translate(pattern)}$`, "su");
    return (path) => form.test(path);
  } catch {
    return refuse(line);
  }
}

const token = /\*\*\/?|\*|\?|\[\^?(?:\\.|[^\]\\])+\]|\\.|./gsu;

/** A pattern as a regular expression: `*` stops at `/`, `**` does not. */
function translate(pattern: string): string {
  return pattern.replace(token, (part, at: number) => {
    if (part.startsWith("**")) return at + part.length === pattern.length ? ".*" : "(.*/)?";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.length > 1 && part.startsWith("[")) return part;
    if (part === "[" || part === "\\") throw new SyntaxError(part);
    return part.replace(/^\\/, "").replace(/[\^$\\.*+?()[\]{}|/]/, "\\$&");
  });
}

/** As Go's filepath.Clean. */
function clean(pattern: string): string {
  return normalize(pattern).replace(/(.)\/$/, "$1");
}

function refuse(line: string): never {
  return fail({
    code: "invalid-pattern",
    kind: "config",
    message: `Cannot read the pattern ${JSON.stringify(line)} of .dockerignore`,
    wanted: "a path with *, **, ? and [a-z], after ! for an exception",
  });
}
