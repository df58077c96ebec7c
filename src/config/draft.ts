import { join } from "node:path/posix";
import type { RenderRequest, TemplateRequest } from "../dockerfile/mod.ts";
import type { Base } from "../model/target.ts";
import { assemble, type Draft, type Surroundings } from "./assemble.ts";
import { type Families, resolveBase } from "./bases.ts";
import type { CellPlan, Level } from "./cells.ts";
import { findContext } from "./context.ts";
import type { ProjectFiles } from "./files.ts";
import { findTests, type TestSource } from "./find-tests.ts";
import { findDockerfile } from "./locate.ts";
import { findOverlays } from "./overlays.ts";
import type { Report } from "./report.ts";
import { type Placed, type Settled, settle } from "./settle.ts";
import type { Values } from "./types.ts";

/** What all targets of a project are drafted with. */
export interface Drafting extends Pick<Surroundings, "platform" | "publish"> {
  readonly defaults: Level;
  readonly families: Families;
  /** What Dockerfiles may name: tags with suffixes, by image. */
  readonly projectTargets: RenderRequest["projectTargets"];
  /** Folders of the project that belong to one image each, or to none: no input of the others. */
  readonly folders: readonly string[];
  readonly files: ProjectFiles;
  readonly report: Report;
}

/** A target but for its aliases and what is rendered: Dockerfile and tests. */
export interface Drafted {
  readonly plan: CellPlan;
  readonly draft: Draft;
  readonly settled: Settled;
  /** What it starts from, and where that is written. */
  readonly base: Placed<Base["from"]> | undefined;
  readonly tests: readonly TestSource[];
  /** What templates see. Undefined where something that rendering needs is wrong, and reported. */
  readonly template: Omit<TemplateRequest, "origin"> | undefined;
  readonly request: RenderRequest | undefined;
}

/** Settles a cell, finds its files and resolves its bases. */
export function draftTarget(plan: CellPlan, drafting: Drafting): Drafted {
  const { defaults, files, platform, publish, report } = drafting;
  const settled = settle(plan, defaults, report);
  const lookup = { plan, settled, files, report };
  const overlays = findOverlays(lookup);
  const context = findContext(lookup, overlays, drafting.folders);
  const origin = findDockerfile(lookup, overlays.length > 0);
  const tests = findTests(lookup);
  const draft = assemble(plan, settled, { platform, publish, overlays, context }, report);
  const bases = basesOf(plan, settled, drafting);
  const right = plan.image.valid && !settled.failed();
  const template = right && bases ? toTemplate(plan, draft, settled, Object.keys(bases), files) : undefined;
  const request = origin && bases && template && toRequest({ ...template, origin }, draft, bases, drafting);
  const base = bases?.base && { value: bases.base, path: settled.last("from")?.path ?? plan.path };
  return { plan, draft, settled, base, tests, template, request };
}

type Bases = Readonly<Record<string, Base["from"]>>;

/** The bases by the names a Dockerfile says; undefined after a report. A layered variant's `base` is its own tag. */
function basesOf(plan: CellPlan, settled: Settled, { families, report }: Drafting): Bases | undefined {
  const named = Object.entries(settled.bases);
  const from = settled.last("from");
  const own = plan.layeredOn === null ? (from ? [["base", from] as const] : []) : [];
  if ("base" in settled.bases && (own.length > 0 || plan.layeredOn !== null)) {
    const wanted = "another name: base is what the target starts from";
    report({
      code: "name-taken",
      path: [plan.image.name, "bases", "base"],
      caller: plan.image.caller,
      found: "base",
      wanted,
    });
  }
  const resolved = [...named, ...own].map(
    ([name, placed]) => [name, resolveBase(placed, plan.image, families, report)] as const,
  );
  const layered: Bases = plan.layeredOn === null ? {} : { base: { target: plan.layeredOn } };
  const complete = resolved.flatMap(([name, base]) => (base === undefined ? [] : [[name, base] as const]));
  return complete.length === resolved.length ? { ...Object.fromEntries(complete), ...layered } : undefined;
}

function toTemplate(
  { image }: CellPlan,
  draft: Draft,
  settled: Settled,
  bases: readonly string[],
  files: ProjectFiles,
): Omit<TemplateRequest, "origin"> {
  return {
    target: draft.id,
    folder: draft.context.folder,
    values: templateValues(draft, settled, bases),
    include: (path) => includeFrom(image.folder, path, files),
  };
}

function toRequest(
  template: TemplateRequest,
  { image, overlays, stage, buildArgs }: Draft,
  bases: Bases,
  { projectTargets }: Drafting,
): RenderRequest {
  return { ...template, image, buildArgs, bases, projectTargets, overlays, stage };
}

function templateValues(draft: Draft, { cell }: Settled, names: readonly string[]): RenderRequest["values"] {
  const { image, tag, variant, labels, platforms } = draft;
  const { base = null, ...bases } = Object.fromEntries(names.map((name) => [name, name]));
  return {
    image,
    tag,
    variant,
    versions: cell.versions as Values,
    variables: cell.variables as Values,
    labels,
    platforms,
    base,
    bases,
  };
}

function includeFrom(folder: string, path: string, files: ProjectFiles): string | undefined {
  const file = join(folder, path);
  return !file.startsWith("..") && files.exists(file) && !files.folder(file) ? files.read(file) : undefined;
}
