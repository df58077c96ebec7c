import pc from "picocolors";
import type { Place, Problem } from "../../src/problem.ts";
import { count, cut, listed, oneLine, pad, printable, width, wrap } from "./text.ts";

/** How problems are written, and what the configuration is called. */
export interface ProblemStyle {
  readonly color: boolean;
  /** The width to which explanations are wrapped; commands and log lines never are. */
  readonly columns?: number;
  /** The configuration file, relative to the project. */
  readonly config?: string;
}

interface Format extends Required<ProblemStyle> {
  readonly colors: ReturnType<typeof pc.createColors>;
}

/** Below the text of a numbered title. */
const margin = "   ";
// A message may hold a whole heredoc, a log line a whole minified file.
const most = { title: 60, message: 400, logLine: 500, places: 12 };

/** Problems for people: those of the configuration numbered, then the others, each with its way out. No final newline. */
export function formatProblems(problems: readonly Problem[], style: ProblemStyle): string {
  const format = formatOf(style);
  const ofConfig = problems.filter(({ kind }) => kind === "config");
  const others = problems.filter(({ kind }) => kind !== "config").map((problem) => single(problem, format));
  return [...(ofConfig.length > 0 ? [numbered(ofConfig, format)] : []), ...others].join("\n\n");
}

/** What is known of a failed task's problem, for below a line that names the task. No final newline. */
export function formatDetails(problem: Problem, style: ProblemStyle): string {
  const format = formatOf(style);
  const { code, fix, log = [] } = problem;
  // The stack of an unexpected error comes as its log.
  const ending = code === "internal" ? "thrown" : "the last lines";
  return [
    ...placeLine(problem),
    ...excerptLines(problem, format),
    margin + message(problem) + (log.length > 0 ? `; ${ending}:` : ""),
    ...logLines(problem, format),
    ...details(problem, format),
    ...(fix === undefined ? [] : ["", ...fix.split("\n").map((line) => margin + line)]),
  ].join("\n");
}

function formatOf({ color, columns = 100, config = "The configuration" }: ProblemStyle): Format {
  return { color, columns, config, colors: pc.createColors(color) };
}

function numbered(problems: readonly Problem[], format: Format): string {
  const titles = problems.map(({ path, message }) => oneLine(path ?? message));
  const column = Math.max(...titles.map((title) => Math.min(width(title), most.title)));
  const digits = String(problems.length).length;
  const items = problems.flatMap((problem, i) => {
    const number = format.colors.red(String(i + 1).padStart(digits));
    const title = problem.place ? pad(titles[i] ?? "", column) : (titles[i] ?? "");
    const place = problem.place ? `    ${placeOf(problem.place)}` : "";
    return [`${number}  ${format.colors.bold(title)}${place}`, ...explained(problem, format)];
  });
  return [`${format.config} has ${count(problems.length, "problem")}.`, "", ...items].join("\n");
}

/** The title is the path; what is wrong there is what was found, or else the message. */
function explained(problem: Problem, format: Format): readonly string[] {
  const { path, found, fix } = problem;
  const said = path === undefined || found !== undefined ? [] : wrap(problem.message, format.columns - margin.length);
  return [
    ...excerptLines(problem, format),
    ...said.map((line) => margin + line),
    ...details(problem, format),
    // Never wrapped: it is there to be copied.
    ...(fix === undefined ? [] : labelled("fix", fix.split("\n"), format)),
    ...logLines(problem, format),
  ];
}

/** `Error:`, what is known, and the fix as it is, to be copied. */
function single(problem: Problem, format: Format): string {
  return [
    `${format.colors.red("Error:")} ${message(problem)}`,
    ...placeLine(problem),
    ...excerptLines(problem, format),
    ...details(problem, format),
    ...logLines(problem, format),
    ...(problem.fix === undefined ? [] : [problem.fix]),
  ].join("\n");
}

function message(problem: Problem): string {
  return cut(oneLine(problem.message), most.message);
}

function details({ found, wanted, looked }: Problem, format: Format): readonly string[] {
  const wrapped = (text: string) => wrap(text, format.columns - margin.length - 9);
  return [
    ...(found === undefined ? [] : labelled("found", wrapped(found), format)),
    ...(wanted === undefined ? [] : labelled("wanted", wrapped(wanted), format)),
    ...(looked === undefined ? [] : labelled("looked", wrapped(listed(looked, most.places)), format)),
  ];
}

function labelled(label: string, lines: readonly string[], { colors }: Format): readonly string[] {
  return lines.map((line, i) => margin + colors.dim((i === 0 ? label : "").padEnd(9)) + line);
}

function logLines({ log = [] }: Problem, { colors }: Format): readonly string[] {
  return log.map((line) => `${margin}  ${colors.dim(cut(printable(line), most.logLine))}`);
}

/** `images/node/Dockerfile.jinja2:7 (dist/node/24.11.0/Dockerfile:9)` */
function placeLine({ place, rendered }: Problem): readonly string[] {
  const [first, second] = [place, rendered].filter((one) => one !== undefined).map(placeOf);
  return first === undefined ? [] : [margin + first + (second === undefined ? "" : ` (${second})`)];
}

/** The text of that place, numbered as it is in the file it was taken from. */
function excerptLines({ place, rendered, excerpt }: Problem, { columns, colors }: Format): readonly string[] {
  const first = (rendered ?? place)?.line;
  const lines = excerpt?.split("\n") ?? [];
  return lines.map((line, i) => {
    const number = first === undefined ? "│ " : `${first + i} │ `;
    return margin + colors.dim(number) + cut(printable(line), columns - margin.length - number.length);
  });
}

/** `images/node/test.yml:12` */
export function placeOf({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`;
}
