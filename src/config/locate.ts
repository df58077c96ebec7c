import { join } from "node:path/posix";
import type { CellPlan, Level } from "./cells.ts";
import { writePath } from "./describe.ts";
import type { Finding } from "./report.ts";
import { type Convention, type FoundFile, isFile, type Lookup, orTemplate, readFile, search } from "./search.ts";
import type { Placed } from "./settle.ts";
import type { Own } from "./types.ts";

/** The text of a Dockerfile before it is rendered; `source` is null for one of the configuration, or one made here. */
export type DockerfileSource = Omit<FoundFile, "source"> & { readonly source: string | null };

const convention: Convention = { code: "two-dockerfiles", what: "Dockerfile", setting: "dockerfile" };

/**
 * Finds a cell's Dockerfile: what the variant names, the variant's by convention, and unless it is layered what tag or
 * image name, the image's by convention. Undefined after a report: nothing falls back in silence.
 */
export function findDockerfile(lookup: Lookup, hasOverlay: boolean): DockerfileSource | undefined {
  const [image, , variant] = lookup.plan.levels;
  if (variant === undefined) return findInherited(lookup, image);
  const named = lookup.settled.at(variant, "dockerfile");
  if (named !== undefined) return readNamed(lookup, named);
  const places = variantPlaces(lookup.plan);
  const found = search(lookup, places, variant, convention);
  if (found !== undefined) return found;
  if (lookup.plan.layeredOn === null) return findInherited(lookup, image);
  if (hasOverlay) return { source: null, text: "FROM base\n", template: false };
  const fix = "Write one of them, make the folder rootfs beside it, or give the variant a base of its own: from: …";
  return tellMissing(lookup, { path: variant.path, looked: places, fix });
}

function findInherited(lookup: Lookup, image: Level): DockerfileSource | undefined {
  const named = lookup.settled.last("dockerfile");
  if (named !== undefined) return readNamed(lookup, named);
  const places = imagePlaces(lookup.plan);
  const fix = 'Write one of them, or name it: dockerfile: "path/to/Dockerfile"';
  return search(lookup, places, image, convention) ?? tellMissing(lookup, { path: image.path, looked: places, fix });
}

function readNamed(lookup: Lookup, { value, path }: Placed<Own["dockerfile"]>): DockerfileSource | undefined {
  if (typeof value !== "string") return { source: null, text: value.text, template: false };
  if (isFile(lookup, value)) return readFile(lookup, value);
  return tellMissing(lookup, { path, looked: [value], fix: "Write it, or name another" });
}

function imagePlaces({ image }: CellPlan): readonly string[] {
  return orTemplate(join(image.folder, "Dockerfile"));
}

function variantPlaces({ image, variant }: CellPlan): readonly string[] {
  return [`${variant}/Dockerfile`, `Dockerfile.${variant}`].flatMap((name) => orTemplate(join(image.folder, name)));
}

function tellMissing({ plan, report, settled }: Lookup, missing: Pick<Finding, "path" | "looked" | "fix">): undefined {
  // A function that threw may have been what names it.
  if (settled.failed()) return undefined;
  const message = `Cannot find the Dockerfile of ${writePath(missing.path)}`;
  report({ ...missing, code: "no-dockerfile", caller: plan.image.caller, found: "no Dockerfile", message });
}
