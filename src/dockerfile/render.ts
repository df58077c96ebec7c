import { join, relative } from "node:path/posix";
import type { Overlay } from "../model/target.ts";
import { ImagesError, type Problem } from "../problem.ts";
import { bind } from "./bind.ts";
import { type Directive, directivesOf, isBuiltInSyntax, withoutSyntax } from "./directives.ts";
import { parseDockerfile } from "./parse.ts";
import type { Rendered, RenderRequest } from "./request.ts";
import { type Uses, usesOf } from "./uses.ts";

/** A text and, for each of its lines, the line it was written in (from 1; 0 where there is none). */
export interface Expanded {
  readonly text: string;
  readonly lines: readonly number[];
}

/** Finds the bases of an expanded Dockerfile and binds them. Throws ImagesError with everything that is wrong in it. */
export function bindDockerfile(request: RenderRequest, { text, lines }: Expanded): Rendered {
  const { origin, target, values } = request;
  const written = text.split("\n");
  const directives = directivesOf(text);
  const syntax = directives.find(({ name }) => name === "syntax");
  refuseSyntax(syntax, request, lines);
  const kept = withoutSyntax(written, directives);
  const uses = usesOf(parseDockerfile(kept.join("\n")), { ...request, platforms: values.platforms });
  refuse(uses.problems.map(({ problem, line }) => ({ ...problem, ...placeOf(request, lines[line], written[line]) })));
  const overlays = request.overlays.filter((overlay) => !copies(uses, overlay, request.folder));
  const { origins, ...bound } = bind(kept, uses, overlays);
  const notice = `${origin.source ?? target}: '# syntax=${syntax?.value}' is left out, BuildKit's own frontend is used`;
  return {
    dockerfile: { ...bound, source: origin.source, lines: origins.map((line) => lines[line] ?? 0) },
    overlays,
    notices: syntax ? [notice] : [],
  };
}

/** Another frontend is another image, pulled in mid-build by its tag: neither pinned nor looked at. */
function refuseSyntax(syntax: Directive | undefined, request: RenderRequest, lines: readonly number[]): void {
  if (!syntax || isBuiltInSyntax(syntax.value)) return;
  const problem: Problem = {
    code: "unsupported-syntax",
    kind: "config",
    message: `Cannot build ${request.target} with another Dockerfile frontend`,
    found: syntax.value,
    wanted: "docker/dockerfile:1 or no syntax line",
    fix: "Remove the line: BuildKit's own frontend is used",
  };
  refuse([{ ...problem, ...placeOf(request, lines[syntax.line], undefined) }]);
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ImagesError(problems);
}

function placeOf({ origin }: RenderRequest, line: number | undefined, text: string | undefined): Partial<Problem> {
  const place = origin.source === null ? {} : { place: { file: origin.source, ...(line ? { line } : {}) } };
  return text === undefined ? place : { ...place, excerpt: text.trim() };
}

/** Whether a stage that is built copies the overlay's folder, or a part of it, from the build context by itself. */
function copies({ stages }: Uses, { folder: overlay }: Overlay, folder: string | null): boolean {
  if (folder === null) return false;
  const path = relative(folder, overlay);
  const sources = stages.flatMap((stage) => stage.sources.map((source) => join("/", source)));
  return sources.some((source) => source === `/${path}` || source.startsWith(`/${path}/`));
}
