import { closest, distance } from "fastest-levenshtein";
import type { Platform } from "../model/platform.ts";
import type { Project, Target } from "../model/target.ts";
import { fail, ImagesError, type Problem } from "../problem.ts";

export interface Selection {
  /** `node`, `node:24.11.0`, an alias `node:24`, or a glob `node:*-semantic`. None: every target. */
  readonly patterns: readonly string[];
  readonly exclude: readonly string[];
  /** Also what is built on the selected targets. */
  readonly dependants: boolean;
  /** Ids of the only targets that come into question, as of those that differ from a commit; absent: all. */
  readonly within?: ReadonlySet<string> | null;
}

/**
 * The targets that patterns name, in the project's order.
 *
 * @throws ImagesError `unknown-target` for every pattern that names none, with the nearest names; `no-target` when all
 * are excluded
 */
export function selectTargets(
  project: Project,
  { patterns, exclude, dependants, within }: Selection,
): readonly Target[] {
  const all = project.targets;
  const named = new Set((patterns.length === 0 ? all : matching(all, patterns)).map(({ id }) => id));
  const wanted = dependants ? withDependants(all, named) : named;
  const left = new Set(matching(all, exclude));
  const selected = all.filter((target) => wanted.has(target.id) && !left.has(target));
  if (within) return selected.filter(({ id }) => within.has(id));
  if (selected.length === 0) fail({ code: "no-target", kind: "usage", message: "Every target is excluded" });
  return selected;
}

/**
 * The platforms that a command line names, `amd64` short for `linux/amd64`; null when it names none: all of them.
 *
 * @throws ImagesError `unknown-platform` for each that no target is built for: it would select nothing, and nothing
 * looks like success
 */
export function selectPlatforms(targets: readonly Target[], wanted: readonly string[]): readonly Platform[] | null {
  if (wanted.length === 0 || targets.length === 0) return null;
  const built = [...new Set(targets.flatMap(({ platforms }) => platforms))];
  const problems: Problem[] = [];
  const found = wanted.flatMap((name) => {
    const platform = built.find((one) => one === name || one === `linux/${name}`);
    if (!platform) problems.push(unknownPlatform(name, built));
    return platform ?? [];
  });
  if (problems.length > 0) throw new ImagesError(problems);
  return found;
}

function unknownPlatform(name: string, built: readonly Platform[]): Problem {
  const message = `None of the targets is built for ${name}`;
  return { code: "unknown-platform", kind: "usage", message, wanted: built.join(", ") };
}

/** Targets that a target's Dockerfile starts from or copies from. */
export function parentsOf(target: Target): readonly string[] {
  return [...new Set(target.dockerfile.bases.flatMap(({ from }) => ("target" in from ? [from.target] : [])))];
}

/** Targets and all that they are built on, in the project's order. */
export function withParents({ targets: all }: Project, targets: readonly Target[]): readonly Target[] {
  const byId = new Map(all.map((target) => [target.id, target]));
  const wanted = new Set(targets);
  // A set hands out what is added while it is walked.
  for (const target of wanted) {
    for (const parent of parentsOf(target).flatMap((id) => byId.get(id) ?? [])) wanted.add(parent);
  }
  return all.filter((target) => wanted.has(target));
}

function matching(all: readonly Target[], patterns: readonly string[]): readonly Target[] {
  const found = patterns.map((pattern) => ({ pattern, targets: matches(all, pattern) }));
  const problems = found.filter(({ targets }) => targets.length === 0).map(({ pattern }) => unknown(all, pattern));
  if (problems.length > 0) throw new ImagesError(problems);
  return found.flatMap(({ targets }) => targets);
}

/** A target's own name goes before an alias, an alias before a glob. */
function matches(all: readonly Target[], pattern: string): readonly Target[] {
  const exact = all.filter(({ id, image }) => id === pattern || image === pattern);
  if (exact.length > 0) return exact;
  const aliased = all.filter(({ image, aliases }) => aliases.some(({ name }) => `${image}:${name}` === pattern));
  if (aliased.length > 0 || !pattern.includes("*")) return aliased;
  const glob = new RegExp(`^${pattern.split("*").map(quoted).join(".*")}$`);
  return all.filter(({ id, image }) => glob.test(id) || glob.test(image));
}

function quoted(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}

/** The ids of targets, and of all that are built on them. */
export function withDependants(all: readonly Target[], named: ReadonlySet<string>): ReadonlySet<string> {
  const ids = new Set(named);
  // A target comes after its parents in no particular order, so pass over the list until nothing is added.
  for (let before = -1; before !== ids.size; ) {
    before = ids.size;
    for (const target of all) if (parentsOf(target).some((parent) => ids.has(parent))) ids.add(target.id);
  }
  return ids;
}

function unknown(all: readonly Target[], pattern: string): Problem {
  const names = [
    ...new Set(all.flatMap(({ id, image, aliases }) => [image, id, ...aliases.map(({ name }) => `${image}:${name}`)])),
  ];
  const nearest = names.length === 0 ? undefined : closest(pattern, names);
  const near = nearest !== undefined && distance(pattern, nearest) <= Math.max(2, pattern.length / 3);
  return {
    code: "unknown-target",
    kind: "usage",
    message: `No target matches '${pattern}'`,
    fix: near ? `Did you mean '${nearest}'? 'image-manager list' shows all` : "'image-manager list' shows all targets",
  };
}
