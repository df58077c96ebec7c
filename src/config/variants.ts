import type { CheckedImage } from "./cells.ts";
import { listNames, type Path, suggestion } from "./describe.ts";
import type { Report } from "./report.ts";
import type { VariantSpec } from "./spec.ts";

/** Checks what a variant says of tags and of other variants. */
export function checkVariant(image: CheckedImage, name: string, variant: VariantSpec, report: Report): void {
  const { caller, spec } = image;
  const path = [image.name, "variants", name];
  const tags = Object.keys(spec.tags);
  for (const [index, tag] of (variant.only ?? []).entries()) {
    if (tags.includes(tag)) continue;
    const wanted = `a tag of ${image.name}; it has ${listNames(tags)}`;
    report({
      code: "unknown-tag",
      path: [...path, "only", index],
      caller,
      found: JSON.stringify(tag),
      wanted,
      ...suggestion(tag, tags),
    });
  }
  if (variant.on !== undefined) checkOn(image, variant, variant.on, path, report);
}

function checkOn(
  { name, spec, caller }: CheckedImage,
  variant: VariantSpec,
  on: string,
  path: Path,
  report: Report,
): void {
  const variants = spec.variants ?? {};
  const base = variants[on];
  const found = JSON.stringify(on);
  const at = { path: [...path, "on"], caller, found };
  if (base === undefined) {
    const known = Object.keys(variants);
    report({
      ...at,
      code: "unknown-variant",
      wanted: `a variant of ${name}; it has ${listNames(known)}`,
      ...suggestion(on, known),
    });
    return;
  }
  if (variant.from !== undefined || variant.dockerfile !== undefined) {
    const own = variant.from === undefined ? "dockerfile" : "from";
    report({
      ...at,
      code: "not-layered",
      found: `${found} beside ${own}`,
      wanted: `one of them: a variant with its own ${own} is not layered`,
    });
  }
  const { only = Object.keys(spec.tags) } = base;
  const missing = (variant.only ?? Object.keys(spec.tags)).filter((tag) => !only.includes(tag));
  if (missing.length > 0) {
    report({
      ...at,
      code: "unknown-variant",
      wanted: `a variant of the same tags; ${name} has no ${found} of ${listNames(missing)}`,
      fix: `Write only: ${JSON.stringify(only)}`,
    });
  }
}
