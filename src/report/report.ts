import { parentsOf } from "../graph/select.ts";
import type { Platform } from "../model/platform.ts";
import type { Project, Target } from "../model/target.ts";
import type { TestResult } from "../ports.ts";
import type {
  BuildReport,
  ImageReport,
  Package,
  PlatformReport,
  TargetFacts,
  TargetReport,
  TestsReport,
} from "./document.ts";
import type { Fact, FactOf } from "./fact.ts";
import { Layers } from "./layers.ts";

/** The packages of a CycloneDX document by its sha256. */
export type Boms = ReadonlyMap<string, readonly Package[]>;

/** What a run adds to what was known. */
export interface News {
  readonly facts: readonly Fact[];
  /** Of every document among the facts. */
  readonly boms: Boms;
}

/**
 * All images of a project as they are known after a run: what the run found out, and of the rest what was known.
 *
 * Tests and packages belong to a digest, published tags to an index: with another one they are not known any more.
 */
export function imagesAfter(
  project: Pick<Project, "targets" | "registry">,
  { facts, boms }: News,
  before: readonly ImageReport[],
): readonly ImageReport[] {
  const old = new Map(before.flatMap(({ targets }) => targets.map((target) => [target.id, target] as const)));
  const news = Map.groupBy(facts, ({ target }) => target);
  const layers = new Layers(project.targets, facts, before);
  const reportOf = (target: Target): TargetReport => {
    const known = { target, facts: news.get(target.id) ?? [], boms, layers, old: old.get(target.id) };
    return { ...factsOf(target, project), ...stateOf(known) };
  };
  const images = Map.groupBy(project.targets, ({ image }) => image);
  return [...images].map(([name, targets]) => ({ name, targets: targets.map(reportOf) }));
}

function factsOf(target: Target, { registry }: Pick<Project, "registry">): TargetFacts {
  const { id, reference, aliases, labels } = target;
  return {
    id,
    repository: `${registry.address}/${registry.prefix}${target.repository}`,
    reference,
    aliases: aliases.map(({ name }) => name),
    parents: parentsOf(target),
    labels,
  };
}

/** A target, and all that is known of it. */
interface Known {
  readonly target: Target;
  readonly facts: readonly Fact[];
  readonly boms: Boms;
  readonly layers: Layers;
  readonly old: TargetReport | undefined;
}

function stateOf(known: Known): Omit<TargetReport, keyof TargetFacts> {
  const { target, facts, old } = known;
  const platforms = target.platforms.map((platform) => platformOf(platform, known));
  const digest = only(facts, "index")?.digest ?? (sameBuilds(old, platforms) ? (old?.digest ?? null) : null);
  const tags = only(facts, "tags")?.references;
  const failures = failuresOn(null, facts);
  const told = failures.length > 0 || only(facts, "index") || tags;
  return {
    digest,
    published: tags ?? (digest !== null && digest === old?.digest ? old.published : []),
    platforms,
    failures: told ? failures : (old?.failures ?? []),
  };
}

/** An index is of the digests that it lists. */
function sameBuilds(old: TargetReport | undefined, platforms: readonly PlatformReport[]): boolean {
  const digests = (all: readonly PlatformReport[]) => all.map(({ platform, build }) => `${platform} ${build?.digest}`);
  return old !== undefined && digests(old.platforms).join() === digests(platforms).join();
}

function platformOf(platform: Platform, { target, facts, boms, layers, old }: Known): PlatformReport {
  const here = facts.filter((fact) => "platform" in fact && fact.platform === platform);
  const before = old?.platforms.find((one) => one.platform === platform);
  const build = buildOf(only(here, "build"), layers) ?? before?.build ?? null;
  const kept = build !== null && build.digest === before?.build?.digest ? before : undefined;
  const sbom = only(here, "packages")?.sbom;
  const packages = sbom === undefined ? kept?.packages : { sbom, list: boms.get(sbom) ?? [] };
  return {
    platform,
    build,
    tests: testsOf(target, only(here, "tests")?.results ?? kept?.tests.results ?? []),
    packages: packages ?? null,
    failures: here.length > 0 ? failuresOn(platform, here) : (before?.failures ?? []),
  };
}

function buildOf(fact: FactOf<"build"> | undefined, layers: Layers): BuildReport | undefined {
  if (fact === undefined) return undefined;
  const { target, platform, digest } = fact;
  const size = fact.layers.reduce((sum, layer) => sum + layer.size, 0);
  return { digest, size, layers: layers.of(target, platform) };
}

/** Without tests in the configuration, what older ones said is of no matter. */
function testsOf({ tests }: Target, results: readonly TestResult[]): TestsReport {
  if (tests.length === 0) return { state: "none", results: [] };
  if (results.length === 0) return { state: "not run", results: [] };
  return { state: results.some(({ errors }) => errors.length > 0) ? "failed" : "passed", results };
}

function failuresOn(platform: Platform | null, facts: readonly Fact[]) {
  return facts.flatMap((fact) => (fact.of === "failure" && fact.platform === platform ? [fact.failure] : []));
}

function only<Sort extends Fact["of"]>(facts: readonly Fact[], of: Sort): FactOf<Sort> | undefined {
  return facts.find((fact): fact is FactOf<Sort> => fact.of === of);
}
