import { firstDifference } from "../explain/first-difference.ts";
import { canonical, type Json } from "../json.ts";
import type { Project, Target } from "../model/target.ts";

/** The parts of a target that are told by the file they come from, and those that follow from others. */
const untold: readonly (keyof Target)[] = ["id", "image", "tag", "variant", "dockerfile", "tests", "context"];

/**
 * What differs between two configurations, in words: targets that came and went, and values with what they were and
 * are. What several targets have in common is said once.
 */
export function changesBetween(before: Project, after: Project): readonly string[] {
  const [old, now] = [byId(before), byId(after)];
  const [added, removed] = [missingFrom(old, now), missingFrom(now, old)];
  const kept = after.targets.flatMap((target) => {
    const was = old.get(target.id);
    return was === undefined ? [] : changesOf(was, target);
  });
  const { targets: _, files: __, notices: ___, ...settings } = after;
  const others = Object.keys(settings).flatMap((name) => changed(name, before[name as never], settings[name as never]));
  return [
    ...(added.length > 0 ? [`added ${added.join(", ")}`] : []),
    ...(removed.length > 0 ? [`removed ${removed.join(", ")}`] : []),
    ...new Set([...kept, ...others]),
  ];
}

function byId({ targets }: Project): ReadonlyMap<string, Target> {
  return new Map(targets.map((target) => [target.id, target]));
}

function missingFrom(some: ReadonlyMap<string, Target>, all: ReadonlyMap<string, Target>): readonly string[] {
  return [...all.keys()].filter((id) => !some.has(id));
}

/** Build arguments by their own names: they are what versions and variables become. */
function changesOf(before: Target, { buildArgs, ...after }: Target): readonly string[] {
  const names = [...new Set([...Object.keys(before.buildArgs), ...Object.keys(buildArgs)])];
  const fields = Object.keys(after).filter((name) => !untold.includes(name as keyof Target)) as (keyof typeof after)[];
  return [
    ...names.flatMap((name) => changed(name, before.buildArgs[name], buildArgs[name])),
    ...fields.flatMap((name) => changed(name, before[name], after[name])),
  ];
}

/** `NPM_VERSION 11.6.0 → 11.7.0`, `platforms[1] none → linux/arm64`, `overlays[0] is new` */
function changed(name: string, before: unknown, after: unknown): readonly string[] {
  if (textOf(before) === textOf(after)) return [];
  const { at, before: was, after: is } = firstDifference(before as Json | undefined, after as Json | undefined);
  if (isStructure(was ?? is)) return [`${name}${at} ${was === null ? "is new" : is === null ? "is gone" : "changed"}`];
  return [`${name}${at} ${was ?? "none"} → ${is ?? "none"}`];
}

/** Too much to be read in a line. */
function isStructure(text: string | null): boolean {
  return text !== null && /^[[{]/.test(text);
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : canonical(value as Json);
}
