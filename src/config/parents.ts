import type { Platform } from "../model/platform.ts";
import type { Base, Target } from "../model/target.ts";
import type { Finding } from "./report.ts";

/** What is found of a target: the caller turns it into a finding of that target. */
export type TellTarget = (target: Target, finding: Omit<Finding, "path" | "caller">) => void;

/** Checks that a parent is there on every platform on which a child's stages use it. BuildKit does not. */
export function checkPlatforms(targets: readonly Target[], buildPlatform: Platform, tell: TellTarget): void {
  const byId = new Map(targets.map((target) => [target.id, target]));
  for (const target of targets) {
    for (const base of target.dockerfile.bases) {
      const parent = "target" in base.from ? byId.get(base.from.target) : undefined;
      if (parent !== undefined) checkParent(target, parent, platformsOf(base, target, buildPlatform), tell);
    }
  }
}

function checkParent(target: Target, parent: Target, needed: readonly Platform[], tell: TellTarget): void {
  const lacking = needed.filter((platform) => !parent.platforms.includes(platform)).join(", ");
  if (lacking === "") return;
  const message = `Cannot build ${target.id} on ${parent.id}: it needs ${lacking}`;
  const found = `${lacking}, of which ${parent.id} has nothing`;
  const wanted = `platforms of ${parent.id}: ${parent.platforms.join(", ")}`;
  const fix = `Add ${lacking} to the platforms of ${parent.image}, or leave it out here`;
  tell(target, { code: "missing-platform", found, wanted, fix, message });
}

function platformsOf(base: Base, target: Target, buildPlatform: Platform): readonly Platform[] {
  return base.on.flatMap((on) => (on === "target" ? target.platforms : on === "build" ? [buildPlatform] : [on]));
}

/** Reports each group of targets that start from one another, with the way round: `a:1 → b:1 → a:1`. */
export function checkCycles(targets: readonly Target[], tell: TellTarget): void {
  const byId = new Map(targets.map((target) => [target.id, target]));
  const parents = (target: Target): readonly Target[] =>
    target.dockerfile.bases.flatMap(({ from }) => ("target" in from ? (byId.get(from.target) ?? []) : []));
  const done = new Set<Target>();
  const visit = (target: Target, way: readonly Target[]): void => {
    const start = way.indexOf(target);
    if (start >= 0) tellCycle(way.slice(start), tell);
    if (start >= 0 || done.has(target)) return;
    for (const parent of parents(target)) visit(parent, [...way, target]);
    done.add(target);
  };
  for (const target of targets) visit(target, []);
}

function tellCycle(way: readonly Target[], tell: TellTarget): void {
  const [first] = way;
  if (first === undefined) return;
  const found = [...way, first].map(({ id }) => id).join(" → ");
  tell(first, {
    code: "cycle",
    found,
    wanted: "bases that do not start from the image itself",
    message: `Targets start from one another: ${found}`,
  });
}
