import { join, normalize } from "node:path/posix";
import { check } from "./check.ts";
import type { Path } from "./describe.ts";
import type { ImageData } from "./image.ts";
import type { Caller } from "./place.ts";
import type { Report } from "./report.ts";
import { imageName, imageSchema } from "./schema.ts";
import type { ImageSpec, LevelSpec, VariantSpec } from "./spec.ts";
import { checkVariant } from "./variants.ts";

/** An image whose form is checked; what was wrong of it is left out of `spec`. */
export interface CheckedImage {
  readonly name: string;
  readonly spec: ImageSpec;
  readonly caller: Caller;
  /** Its folder, from the project's: `images/node`. */
  readonly folder: string;
  /** Whether its form is right; functions are called only then, since they count on it. */
  readonly valid: boolean;
}

/** What an image, a tag or a variant says, and where. */
export interface Level {
  readonly spec: LevelSpec;
  readonly path: Path;
  /** The call that says it. */
  readonly caller: Caller;
  /** The folder that is its overlay by convention. */
  readonly rootfs: string | null;
}

/** A target to be: one tag of one image with or without a variant. */
export interface CellPlan {
  readonly id: string;
  readonly image: CheckedImage;
  readonly tag: string;
  readonly variant: string | null;
  readonly suffix: string;
  readonly reference: string;
  /** Image, tag, variant: the later wins. */
  readonly levels: readonly [image: Level, tag: Level, ...variant: Level[]];
  /** Path of the last level: where the target is written. */
  readonly path: Path;
  /** The target that a layered variant starts from. */
  readonly layeredOn: string | null;
}

/** A path without what changes nothing: `./a//b/` is `a/b`. */
export function tidy(path: string): string {
  return normalize(path).replace(/(?<=.)\/+$/, "");
}

/** Checks the form of an image. */
export function checkImage({ name, spec, caller }: ImageData, report: Report): CheckedImage {
  const named = check(imageName, { value: name, path: [name], caller }, report);
  const { valid, right } = check<ImageSpec>(imageSchema, { value: spec, path: [name], caller }, report);
  const tags = right?.tags ?? {};
  if (valid && Object.keys(tags).length === 0) {
    report({
      code: "no-tags",
      path: [name, "tags"],
      caller,
      found: "no tags",
      wanted: 'at least one, as in { "13": {} }',
    });
  }
  const folder = tidy(right?.folder ?? `images/${name}`);
  return { name, caller, folder, spec: { ...right, tags }, valid: valid && named.valid };
}

/** All targets of an image, in the order of declaration: each tag, then its variants. */
export function planCells(image: CheckedImage, report: Report): readonly CellPlan[] {
  const variants = Object.entries(image.spec.variants ?? {});
  for (const [name, variant] of variants) checkVariant(image, name, variant, report);
  return Object.keys(image.spec.tags).flatMap((tag) => [
    planCell(image, tag, undefined, report),
    ...variants
      .filter(([, { only }]) => only?.includes(tag) ?? true)
      .map((variant) => planCell(image, tag, variant, report)),
  ]);
}

type NamedVariant = readonly [name: string, spec: VariantSpec];

function planCell(image: CheckedImage, tag: string, named: NamedVariant | undefined, report: Report): CellPlan {
  const [variant = null, spec] = named ?? [];
  const suffix = spec?.suffix ?? "";
  const { caller } = image;
  const reference = `${tag}${suffix}`;
  const path = variant === null ? [image.name, "tags", tag] : [image.name, "variants", variant];
  checkReference(reference, path, caller, report);
  const levels: CellPlan["levels"] = [
    { spec: image.spec, path: [image.name], caller, rootfs: join(image.folder, "rootfs") },
    { spec: image.spec.tags[tag] ?? {}, path: [image.name, "tags", tag], caller, rootfs: null },
    ...(spec === undefined ? [] : [{ spec, path, caller, rootfs: join(image.folder, variant ?? "", "rootfs") }]),
  ];
  return {
    id: `${image.name}:${reference}`,
    image,
    tag,
    variant,
    suffix,
    reference,
    levels,
    path,
    layeredOn: layeredOn(image, tag, spec),
  };
}

/** A variant with a base or Dockerfile of its own is not layered. */
function layeredOn(image: CheckedImage, tag: string, spec: VariantSpec | undefined): string | null {
  if (spec === undefined || spec.from !== undefined || spec.dockerfile !== undefined) return null;
  const suffix = spec.on === undefined ? "" : (image.spec.variants?.[spec.on]?.suffix ?? "");
  return `${image.name}:${tag}${suffix}`;
}

/** Whether a text can be a tag (OCI distribution-spec 1.1, pulling manifests). */
export function isTag(text: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(text);
}

/** The repository of an image, without registry and prefix. */
export function repositoryOf({ name, spec }: CheckedImage): string {
  return spec.repository ?? name;
}

function checkReference(reference: string, path: Path, caller: Caller, report: Report): void {
  if (isTag(reference)) return;
  const wanted = "a tag of at most 128 letters, digits, _, . and -, not beginning with . or -";
  report({ code: "invalid-tag", path, caller, found: JSON.stringify(reference), wanted });
}
