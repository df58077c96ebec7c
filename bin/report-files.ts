import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { nearest } from "../src/config/describe.ts";
import { ImagesError, type Problem } from "../src/problem.ts";
import type { Flags } from "./flags.ts";

/** A report that a command line asks for; `file` is absolute. */
export interface ReportFile {
  readonly format: ReportFormat;
  readonly file: string;
}

export type ReportFormat = (typeof formats)[number];

const formats = ["junit", "json", "html"] as const;

/** The files of `--report FORMAT=FILE`. @throws ImagesError `report-invalid` before any work is done for nothing */
export function reportFilesOf({ report = [] }: Flags, folder: string): readonly ReportFile[] {
  const problems: Problem[] = [];
  const files = report.flatMap((text) => {
    const found = reportFileOf(text, folder);
    if ("file" in found) return [found];
    problems.push(found);
    return [];
  });
  if (problems.length > 0) throw new ImagesError(problems);
  return files;
}

function reportFileOf(text: string, folder: string): ReportFile | Problem {
  const [name = "", ...rest] = text.split("=");
  const format = formats.find((one) => one === name);
  if (format === undefined) return invalid(`--report has no format '${name}'`, guess(name));
  const file = rest.join("=");
  if (file === "") return invalid(`--report ${name} names no file`, `As in --report ${name}=${examples[format]}`);
  const path = resolve(folder, file);
  if (!isFolder(dirname(path)))
    return invalid(`--report ${text}: the folder ${dirname(file)} does not exist`, "Make it first");
  if (isFolder(path))
    return invalid(`--report ${text}: that is a folder`, `As in --report ${name}=${examples[format]}`);
  return { format, file: path };
}

const examples: Readonly<Record<ReportFormat, string>> = {
  junit: "report.xml",
  json: "report.json",
  html: "report.html",
};

function guess(name: string): string {
  const near = nearest(name, formats);
  return `${near === undefined ? "" : `Did you mean '${near}'? `}There are: ${formats.join(", ")}`;
}

function invalid(message: string, fix: string): Problem {
  return { code: "report-invalid", kind: "usage", message, fix };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
