import type { Place, Problem } from "../problem.ts";
import { type Path, writePath } from "./describe.ts";
import type { Caller } from "./place.ts";

/** Everything of a configuration problem but what follows from its path and caller. */
export interface Finding {
  readonly code: string;
  readonly path: Path;
  /** Who wrote it, where that is nearer than the image. */
  readonly caller?: Caller | undefined;
  readonly found: string;
  readonly wanted?: string;
  readonly looked?: readonly string[];
  readonly fix?: string;
  /** Unless given, made from path and found. */
  readonly message?: string;
  readonly place?: Place | undefined;
}

/** Takes what is wrong; resolving goes on, so that all of it is told at once. */
export type Report = (finding: Finding) => void;

/** Turns a finding into a problem; `root` is the project's absolute folder, which places are made relative to. */
export function toProblem(finding: Finding, root: string): Problem {
  const { code, path: keys, found, wanted, looked, fix } = finding;
  const path = writePath(keys);
  const place = relative(finding.place ?? finding.caller?.(), root);
  const message = finding.message ?? `Cannot use ${path}: found ${found}`;
  const optional = Object.entries({ place, wanted, looked, fix }).filter(([, value]) => value !== undefined);
  return { code, kind: "config", message, path, found, ...Object.fromEntries(optional) };
}

/** A place as the runtime names it (a `file:` URL or an absolute path), relative to the project. */
export function relative(place: Place | undefined, root: string): Place | undefined {
  if (place === undefined) return undefined;
  const file = place.file.startsWith("file://") ? decodeURIComponent(new URL(place.file).pathname) : place.file;
  return { ...place, file: file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file };
}
