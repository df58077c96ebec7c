import { listNames, nearest } from "../config/describe.ts";
import { ImagesError, type Problem } from "../problem.ts";
import type { TemplateRequest } from "./request.ts";
import { UndefinedName } from "./strict.ts";

/** Turns what nunjucks throws into a problem with the template's file and, where nunjucks knows it, the line. */
export function templateProblem(error: unknown, request: TemplateRequest): Problem {
  const { source, text } = request.origin;
  const missing = causeOf(error, ImagesError)?.problems[0];
  if (missing) return { ...missing, ...placeOf(source, lineWith(text, missing.found ?? "")) };
  // "(template) [Line 1, Column 1]\n  what happened", after one such line for each template that includes it.
  const [name = "", what = ""] = String(error instanceof Error ? error.message : error)
    .split("\n")
    .slice(-2);
  const file = fileOf(/\((.+)\)/.exec(name)?.[1], request);
  const undefinedName = causeOf(error, UndefinedName);
  const message = `Cannot render ${file ?? "the template"} for ${request.target}`;
  if (undefinedName) return undefinedProblem(undefinedName, message, file);
  const why = reason(what || name);
  return {
    code: "template-failed",
    kind: "config",
    message: `${message}: ${why}`,
    ...(why === printsNull ? { fix: 'Only variant and base can be null: {{ variant or "none" }}' } : {}),
    ...placeOf(file, lineOf(error)),
  };
}

function undefinedProblem(
  { message, key, known, lineno }: UndefinedName,
  action: string,
  file: string | null,
): Problem {
  const near = nearest(key, known);
  return {
    code: "undefined-name",
    kind: "config",
    message: `${action}: ${message}`,
    wanted: `one of ${listNames(known)}`,
    fix: near === undefined ? 'Define it, or write default("…") where it may be missing' : `Did you mean "${near}"?`,
    ...placeOf(file, lineno),
  };
}

/** The problem of a template that another includes and that is not there; its place follows. */
export function missingTemplate(name: string, { target, folder }: TemplateRequest): never {
  throw new ImagesError({
    code: "template-missing",
    kind: "config",
    message: `Cannot find the template that ${target} includes`,
    found: name,
    looked: [folder === null ? name : `${folder}/${name}`],
  });
}

function causeOf<T>(error: unknown, type: new (...args: never[]) => T): T | undefined {
  for (let it = error; it instanceof Error; it = it.cause) if (it instanceof type) return it;
  return undefined;
}

/** nunjucks counts from 1 in what it throws itself, and from 0, without meaning it, around what others throw. */
function lineOf(error: unknown): number | undefined {
  const { lineno, cause } = error as { readonly lineno?: number; readonly cause?: unknown };
  return cause === undefined ? lineno : undefined;
}

const printsNull = "it prints a value that is null";

function reason(what: string): string {
  const text = what.trim().replace(/^((Template render )?[Ee]rror: )+/, "");
  return text === "attempted to output null or undefined value" ? printsNull : text;
}

function lineWith(text: string, part: string): number | undefined {
  const index = text.split("\n").findIndex((line) => line.includes(part));
  return index < 0 ? undefined : index + 1;
}

/** The file of a template: the one the image names, or one that it includes. */
function fileOf(name: string | undefined, { origin, folder }: TemplateRequest): string | null {
  if (name === undefined || name === origin.source || origin.source === null) return origin.source;
  return folder === null ? name : `${folder}/${name}`;
}

function placeOf(file: string | null, line: number | undefined): Pick<Problem, "place"> {
  return file === null ? {} : { place: { file, ...(line === undefined ? {} : { line }) } };
}
