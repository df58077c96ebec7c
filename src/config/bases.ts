import type { Base } from "../model/target.ts";
import type { CellPlan, CheckedImage } from "./cells.ts";
import { describeReference, listNames, suggestion } from "./describe.ts";
import { fromReference, type Reference, type TargetReference } from "./reference.ts";
import type { Report } from "./report.ts";
import type { Placed } from "./settle.ts";

/** All targets by the name of their image. */
export type Families = ReadonlyMap<string, readonly CellPlan[]>;

/** Groups targets by image; those of one name are one family, whichever `image()` they are from. */
export function groupFamilies(plans: readonly CellPlan[]): Families {
  return Map.groupBy(plans, (plan) => plan.image.name);
}

/** The base a reference stands for, or undefined after a report: types are not checked when a configuration is loaded. */
export function resolveBase(
  placed: Placed<Reference>,
  image: CheckedImage,
  families: Families,
  report: Report,
): Base["from"] | undefined {
  const data = fromReference(placed.value);
  if (data.kind === "external") {
    if (externalForm.test(data.reference)) return { external: data.reference };
    const wanted = 'a reference, as in "alpine:3.22" or "ghcr.io/owner/name@sha256:…"';
    report({
      code: "invalid-reference",
      path: placed.path,
      place: data.caller(),
      found: describeReference(data),
      wanted,
    });
    return undefined;
  }
  const family = families.get(data.image) ?? [];
  const target = family.find(({ tag, variant }) => tag === data.tag && variant === data.variant);
  if (target !== undefined) return { target: target.id };
  const place = sameFile(data, image) ? data.caller() : undefined;
  report({
    path: placed.path,
    caller: image.caller,
    place,
    found: describeReference(data),
    ...missing(data, families),
  });
  return undefined;
}

/** `[host[:port]/]path[:tag][@digest]` (distribution reference). */
const externalForm =
  /^(?:[A-Za-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

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

/** A reference made elsewhere, by a shared constant, says less than the image that uses it. */
function sameFile(data: TargetReference, image: CheckedImage): boolean {
  return data.caller()?.file === image.caller()?.file;
}
