import type { Platform } from "../model/platform.ts";
import type { TestResult } from "../ports.ts";
import type {
  BuildChange,
  Changes,
  ImageReport,
  Package,
  PackageChange,
  PlatformReport,
  TargetChanges,
  TargetReport,
  TestChange,
} from "./document.ts";

/** What is different between two states of a project's images. */
export function changesBetween(before: readonly ImageReport[], after: readonly ImageReport[]): Changes {
  const [old, now] = [targetsIn(before), targetsIn(after)];
  const changed = [...now.values()].flatMap((target) => {
    const known = old.get(target.id);
    return known === undefined ? [] : changesOf(known, target);
  });
  return { added: missingFrom(old, now), removed: missingFrom(now, old), targets: changed };
}

function targetsIn(images: readonly ImageReport[]): ReadonlyMap<string, TargetReport> {
  return new Map(images.flatMap(({ targets }) => targets.map((target) => [target.id, target] as const)));
}

function missingFrom(some: ReadonlyMap<string, unknown>, all: ReadonlyMap<string, unknown>): readonly string[] {
  return [...all.keys()].filter((id) => !some.has(id));
}

/** Nothing where a target is as it was. */
function changesOf(before: TargetReport, after: TargetReport): readonly TargetChanges[] {
  const pairs = after.platforms.flatMap((now) => {
    const old = before.platforms.find(({ platform }) => platform === now.platform);
    return old === undefined ? [] : [{ old, now }];
  });
  const builds = pairs.flatMap(buildChange);
  const packages = onPlatforms(pairs.map(({ old, now }) => [now.platform, packageChanges(old, now)]));
  const tests = onPlatforms(pairs.map(({ old, now }) => [now.platform, testChanges(old, now)]));
  const none = builds.length + packages.length + tests.length === 0;
  return none ? [] : [{ target: after.id, builds, packages, tests }];
}

/** A platform in two reports. */
interface Pair {
  readonly old: PlatformReport;
  readonly now: PlatformReport;
}

function buildChange({ old, now }: Pair): readonly BuildChange[] {
  if (!old.build || !now.build || old.build.digest === now.build.digest) return [];
  const { platform } = now;
  const digest = { from: old.build.digest, to: now.build.digest };
  return [{ platform, digest, size: { from: old.build.size, to: now.build.size } }];
}

/** An image may hold a package in several versions: those that stay say nothing. */
function packageChanges(old: PlatformReport, now: PlatformReport): readonly Omit<PackageChange, "platforms">[] {
  if (!old.packages || !now.packages || old.packages.sbom === now.packages.sbom) return [];
  const [before, after] = [versionsIn(old.packages.list), versionsIn(now.packages.list)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    const [had, has] = [before.get(key) ?? [], after.get(key) ?? []];
    const [from, to] = [had.filter((one) => !has.includes(one)), has.filter((one) => !had.includes(one))];
    return from.length + to.length === 0 ? [] : [{ name: key.slice(key.indexOf(" ") + 1), from, to }];
  });
}

/** Packages of different types may have one name. */
function versionsIn(packages: readonly Package[]): ReadonlyMap<string, readonly string[]> {
  const groups = Map.groupBy(packages, ({ type, name }) => `${type} ${name}`);
  return new Map([...groups].map(([key, all]) => [key, [...new Set(all.map(({ version }) => version))]]));
}

function testChanges(old: PlatformReport, now: PlatformReport): readonly Omit<TestChange, "platforms">[] {
  const failedBefore = new Map(old.tests.results.map((result) => [keyOf(result), failed(result)]));
  return now.tests.results.flatMap((result) => {
    const [before = false, after] = [failedBefore.get(keyOf(result)), failed(result)];
    return before === after ? [] : [{ name: result.name, now: after ? ("failed" as const) : ("passed" as const) }];
  });
}

function keyOf({ file, name }: TestResult): string {
  return `${file} ${name}`;
}

function failed({ errors }: TestResult): boolean {
  return errors.length > 0;
}

/** Mostly platforms change alike: equal changes are told once, with the platforms they are on. */
function onPlatforms<Change>(
  changes: readonly (readonly [Platform, readonly Change[]])[],
): readonly (Change & { readonly platforms: readonly Platform[] })[] {
  const all = changes.flatMap(([platform, some]) => some.map((change) => ({ change, platform })));
  const groups = [...Map.groupBy(all, ({ change }) => JSON.stringify(change)).values()];
  return groups.flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first.change, platforms: group.map(({ platform }) => platform) }];
  });
}
