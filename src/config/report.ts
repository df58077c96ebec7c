import type { Place, Problem } from "../problem.ts";
import { type Path, writePath } from "./describe.ts";
import type { ProjectFiles } from "./files.ts";
import { type Caller, placeOfError } from "./place.ts";
import { positionOf } from "./position.ts";

/** Everything of a configuration problem but what follows from its path and caller. */
export interface Finding {
  readonly code: string;
  readonly path: Path;
  /** The call whose argument the path leads into. */
  readonly caller?: Caller | undefined;
  readonly found: string;
  readonly wanted?: string;
  readonly looked?: readonly string[];
  readonly fix?: string;
  /** Unless given, made from path and found. */
  readonly message?: string;
  /** Where exactly it is, where that is known. */
  readonly place?: Place | undefined;
  /** The way from that call's argument where it is another than `path`: of a value that is made on its own. */
  readonly within?: Path;
}

/** Takes what is wrong; resolving goes on, so that all of it is told at once. */
export type Report = (finding: Finding) => void;

/** What is told of an error that a function of the configuration threw; `what` is what the function was to give. */
export function toThrown(error: unknown, what: string): Omit<Finding, "path"> {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const { message } = thrown;
  return {
    code: "function-threw",
    place: placeOfError(thrown),
    found: `the error ${message}`,
    message: `Cannot evaluate ${what}: ${message}`,
  };
}

/** What findings need to become problems. */
export interface Desk {
  /** Absolute folder of the project, which places are made relative to. */
  readonly root: string;
  readonly files: ProjectFiles;
}

/** Turns a finding into a problem, with the line that the path leads to. */
export function toProblem(finding: Finding, desk: Desk): Problem {
  const { code, path: keys, found, wanted, looked, fix } = finding;
  const path = writePath(keys);
  const place = relative(finding.place, desk.root) ?? locate(finding, desk);
  const message = finding.message ?? `Cannot use ${path}: found ${found}`;
  const optional = Object.entries({ place, wanted, looked, fix }).filter(([, value]) => value !== undefined);
  return { code, kind: "config", message, path, found, ...Object.fromEntries(optional) };
}

/** The place a path leads to from its call; the call itself where its file cannot be read. */
function locate({ caller, path, within = path }: Finding, { root, files }: Desk): Place | undefined {
  const call = relative(caller?.(), root);
  if (call === undefined || call.file.startsWith("/") || !files.exists(call.file)) return call;
  return positionOf(files.read(call.file), call, within);
}

/** A place as the runtime names it (a `file:` URL or an absolute path), relative to the project. */
export function relative(place: Place | undefined, root: string): Place | undefined {
  if (place === undefined) return undefined;
  const file = place.file.startsWith("file://") ? decodeURIComponent(new URL(place.file).pathname) : place.file;
  return { ...place, file: file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file };
}
