import { parseReference, writeReference } from "../model/reference.ts";
import type { Base, Dockerfile } from "../model/target.ts";
import type { Place } from "../problem.ts";
import type { CellPlan, CheckedImage } from "./cells.ts";
import { describeReference, listNames, suggestion } from "./describe.ts";
import { fromReference, type Reference, type ReferenceData, type TargetReference } from "./reference.ts";
import type { Report } from "./report.ts";
import type { Placed } from "./settle.ts";

/** All targets by the name of their image. */
export type Families = ReadonlyMap<string, readonly CellPlan[]>;

/** Groups targets by image; those of one name are one family, whichever `image()` they are from. */
export function groupFamilies(plans: readonly CellPlan[]): Families {
  return Map.groupBy(plans, (plan) => plan.image.name);
}

/** The tags of each image, suffixes included, by its name. */
export function referencesOf(families: Families): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries([...families].map(([name, family]) => [name, family.map((plan) => plan.reference)]));
}

/** The base a reference stands for, or undefined after a report: types are not checked when a configuration is loaded. */
export function resolveBase(
  { value, path }: Placed<Reference>,
  image: CheckedImage,
  families: Families,
  report: Report,
): Base["from"] | undefined {
  const data = fromReference(value);
  const at = { path, caller: image.caller, place: nearer(data, image), found: describeReference(data) };
  if (data.kind === "external") {
    const parsed = parseReference(data.reference);
    if (parsed !== undefined) return { external: writeReference(parsed) };
    const wanted = 'a reference, as in "alpine:3.22" or "ghcr.io/owner/name@sha256:…"';
    report({ ...at, code: "invalid-reference", wanted });
    return undefined;
  }
  const family = families.get(data.image) ?? [];
  const target = family.find(({ tag, variant }) => tag === data.tag && variant === data.variant);
  if (target === undefined) report({ ...at, ...missing(data, families) });
  return target && { target: target.id };
}

/** Where the reference was made; but the place of a constant that is shared says less than the image that uses it. */
function nearer(data: ReferenceData, image: CheckedImage): Place | undefined {
  const [place, call] = [data.caller(), image.caller()];
  return place !== undefined && place.file === call?.file && (place.line ?? 0) >= (call.line ?? 0) ? place : undefined;
}

/** A base that is named and not used would be another in silence. */
export function checkBaseUsed(
  plan: CellPlan,
  base: Placed<Base["from"]> | undefined,
  { bases, source }: Dockerfile,
  report: Report,
): void {
  if (base === undefined || bases.some(({ from }) => sameBase(from, base.value))) return;
  const name = "target" in base.value ? base.value.target : base.value.external;
  const [what, way] =
    plan.layeredOn === null
      ? [`its base is ${name}`, "or leave out from"]
      : [`it is layered on ${name}`, "or give the variant a base of its own: from: …"];
  report({
    code: "unused-base",
    path: base.path,
    caller: plan.image.caller,
    message: `Cannot build ${plan.id}: ${what}, but its Dockerfile never starts from it`,
    found: `no FROM base in ${source ?? "the text of its Dockerfile"}`,
    fix: `Write FROM base, ${way}`,
  });
}

function sameBase(a: Base["from"], b: Base["from"]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function missing(
  { image, tag, variant }: TargetReference,
  families: Families,
): { readonly code: string; readonly wanted: string; readonly fix?: string } {
  const family = families.get(image);
  if (family === undefined) {
    return {
      code: "unknown-image",
      wanted: `an image of the project; it has ${listNames([...families.keys()])}`,
      fix: `Add ${image} to the images of defineImages()`,
    };
  }
  const tags = [...new Set(family.map((plan) => plan.tag))];
  if (!tags.includes(tag)) {
    return { code: "unknown-tag", wanted: `a tag of ${image}; it has ${listNames(tags)}`, ...suggestion(tag, tags) };
  }
  const variants = family.flatMap((plan) => (plan.tag === tag && plan.variant !== null ? [plan.variant] : []));
  return {
    code: "unknown-variant",
    wanted: `a variant of ${image}:${tag}; it has ${listNames(variants)}`,
    ...suggestion(variant ?? "", variants),
  };
}
