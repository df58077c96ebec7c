import { createRenderer, loadExpander, type Renderer } from "../dockerfile/mod.ts";
import type { Platform } from "../model/platform.ts";
import type { Project, Target, Testing } from "../model/target.ts";
import { problemsOf } from "../problem.ts";
import { nameAliases } from "./aliases.ts";
import { checkBaseUsed, groupFamilies, referencesOf } from "./bases.ts";
import { type CellPlan, checkImage, type Level, planCells, repositoryOf } from "./cells.ts";
import { check } from "./check.ts";
import { withCopied, withoutTests } from "./context.ts";
import type { Evaluated } from "./define.ts";
import { writePath } from "./describe.ts";
import { type Drafted, draftTarget } from "./draft.ts";
import type { ProjectFiles } from "./files.ts";
import type { ImageData } from "./image.ts";
import { checkModes } from "./modes.ts";
import { checkCycles, checkPlatforms } from "./parents.ts";
import type { Caller } from "./place.ts";
import { Problems } from "./problems.ts";
import { readTests } from "./read-tests.ts";
import { hosted } from "./registries.ts";
import type { Report } from "./report.ts";
import { configurationSchema } from "./schema.ts";
import type { ConfigurationSpec } from "./spec.ts";

export interface ResolveContext {
  /** Absolute folder of the project; places in problems are relative to it. */
  readonly root: string;
  /** This machine's platform: the default, and what `$BUILDPLATFORM` stands for. */
  readonly platform: Platform;
}

/** What resolving makes; which files were read is known to whoever gave them. */
export type ResolvedProject = Omit<Project, "files">;

/**
 * Turns an evaluated configuration into the model.
 *
 * @throws ImagesError with every problem of the configuration (kind `config`).
 */
export async function resolveProject(
  { configuration, caller }: Pick<Evaluated, "configuration" | "caller">,
  files: ProjectFiles,
  context: ResolveContext,
): Promise<ResolvedProject> {
  const problems = new Problems({ root: context.root, files });
  const { report } = problems;
  const spec = checkConfiguration(configuration, caller, report);
  const plans = planAll(spec.images as readonly ImageData[], report);
  const families = groupFamilies(plans);
  const registry = spec.registry ?? hosted();
  const publish = spec.publish ?? [registry];
  const defaults = { spec: spec.defaults ?? {}, path: ["defaults"], caller, rootfs: null } as Level;
  const folders = [...new Set(plans.map(({ image }) => image.folder)), "dist"];
  const projectTargets = referencesOf(families);
  const drafting = { defaults, families, projectTargets, folders, files, platform: context.platform, publish, report };
  const drafts = plans.map((plan) => draftTarget(plan, drafting));
  checkModes(drafts, files, report);
  const { aliases, notices } = nameAliases(families, spec.defaults?.aliases, report);
  const expand = await loadExpander(drafts.some(hasTemplate));
  const tests = await readTests(drafts, expand, problems);
  const testFiles = testFilesOf(drafts);
  const render = createRenderer(expand);
  const rendered = drafts.flatMap((drafted) => {
    const { id } = drafted.plan;
    const more = { aliases: aliases.get(id) ?? [], tests: tests.get(id) ?? [] };
    return renderTarget(drafted, render, more, testFiles, problems);
  });
  const targets = rendered.map(({ target }) => target);
  checkParents(targets, plans, context.platform, report);
  problems.throwAny();
  const testing = toTesting(spec);
  const all = [...notices, ...rendered.flatMap((one) => one.notices)];
  return {
    registry,
    targets,
    archive: spec.archive ?? false,
    testing,
    cache: spec.cache ?? null,
    limits: spec.limits ?? {},
    retry: spec.retry ?? {},
    notices: [...new Set(all)],
  };
}

function checkConfiguration(value: unknown, caller: Caller, report: Report): ConfigurationSpec {
  const { right } = check<ConfigurationSpec>(configurationSchema, { value, path: [], caller }, report);
  return { ...right, images: right?.images ?? [] };
}

/** All cells of all images; a target that is there already is reported and left out. */
function planAll(images: readonly ImageData[], report: Report): readonly CellPlan[] {
  const plans = new Map<string, CellPlan>();
  for (const plan of images.flatMap((data) => planCells(checkImage(data, report), report))) {
    const published = `${repositoryOf(plan.image)}:${plan.reference}`;
    const first = plans.get(published);
    if (first === undefined) plans.set(published, plan);
    else tellDuplicate(plan, first, report);
  }
  return [...plans.values()];
}

function tellDuplicate({ id, path, image }: CellPlan, first: CellPlan, report: Report): void {
  const wanted = `another tag, suffix or repository: ${writePath(first.path)} is published there`;
  report({ code: "duplicate-target", path, caller: image.caller, found: `${id} a second time`, wanted });
}

function hasTemplate({ request, tests }: Drafted): boolean {
  return request?.origin.template === true || tests.some((source) => "template" in source && source.template);
}

/** The test files of all targets. */
function testFilesOf(drafts: readonly Drafted[]): readonly string[] {
  const files = drafts.flatMap(({ tests }) => tests.flatMap((test) => ("source" in test ? test.source : [])));
  return [...new Set(files)];
}

function toTesting({ testing: { driver = "buildkit", timeout = "60s" } = {} }: ConfigurationSpec): Testing {
  return { driver, timeout: Number(timeout.slice(0, -1)) * (timeout.endsWith("m") ? 60_000 : 1000) };
}

interface RenderedTarget {
  readonly target: Target;
  readonly notices: readonly string[];
}

function renderTarget(
  { plan, draft, base, request }: Drafted,
  render: Renderer,
  more: Pick<Target, "aliases" | "tests">,
  testFiles: readonly string[],
  problems: Problems,
): readonly RenderedTarget[] {
  if (request === undefined) return [];
  try {
    const { dockerfile, overlays, notices } = render(request);
    checkBaseUsed(plan, base, dockerfile, problems.report);
    const copied = draft.overlays.filter((overlay) => !overlays.includes(overlay));
    const context = withoutTests(withCopied(draft.context, copied), testFiles);
    return [{ target: { ...draft, ...more, dockerfile, overlays, context }, notices }];
  } catch (error) {
    for (const problem of problemsOf(error)) problems.adopt(problem, plan);
    return [];
  }
}

function checkParents(
  targets: readonly Target[],
  plans: readonly CellPlan[],
  platform: Platform,
  report: Report,
): void {
  const byId = new Map(plans.map((plan) => [plan.id, plan]));
  const tell: Parameters<typeof checkCycles>[1] = (target, finding) => {
    const plan = byId.get(target.id);
    report({ ...finding, path: plan?.path ?? [target.image], caller: plan?.image.caller });
  };
  checkPlatforms(targets, platform, tell);
  checkCycles(targets, tell);
}
