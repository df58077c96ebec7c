import type { CellPlan, Level } from "./cells.ts";
import type { ProjectFiles } from "./files.ts";
import type { Report } from "./report.ts";
import type { Settled } from "./settle.ts";

/** What finding files of a cell needs. */
export interface Lookup {
  readonly plan: CellPlan;
  readonly settled: Settled;
  readonly files: ProjectFiles;
  readonly report: Report;
}

/** A file of the project, and whether it is a template. */
export interface FoundFile {
  readonly source: string;
  readonly text: string;
  readonly template: boolean;
}

/** What is searched for by convention, and the setting that names it instead. */
export interface Convention {
  readonly code: string;
  readonly what: string;
  readonly setting: string;
}

const templates = [".jinja2", ".njk", ".tpl"];

/** A path as it is, and with the endings of templates. */
export function orTemplate(path: string): readonly string[] {
  return ["", ...templates].map((ending) => `${path}${ending}`);
}

/** The one place that is there, or undefined; of several the first, after a report. */
export function search(
  lookup: Lookup,
  places: readonly string[],
  { path }: Level,
  { code, what, setting }: Convention,
): FoundFile | undefined {
  const there = places.filter((place) => isFile(lookup, place));
  const [first] = there;
  if (there.length > 1) {
    const fix = `Remove one, or name the right one: ${setting}: ${JSON.stringify(first)}`;
    const { caller } = lookup.plan.image;
    lookup.report({ code, path, caller, found: there.join(" and "), wanted: `one ${what}`, fix });
  }
  return first === undefined ? undefined : readFile(lookup, first);
}

export function isFile({ files }: Lookup, path: string): boolean {
  return files.exists(path) && !files.folder(path);
}

export function readFile({ files }: Lookup, source: string): FoundFile {
  return { source, text: files.read(source), template: templates.some((ending) => source.endsWith(ending)) };
}
