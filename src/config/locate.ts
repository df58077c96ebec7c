import { join } from "node:path/posix";
import type { CellPlan, Level } from "./cells.ts";
import { writePath } from "./describe.ts";
import type { ProjectFiles } from "./files.ts";
import type { Finding, Report } from "./report.ts";
import type { Placed, Settled } from "./settle.ts";
import type { Own } from "./types.ts";

/** The text of a Dockerfile before it is rendered. */
export interface DockerfileSource {
  /** The file it is written in; null for one of the configuration, or one made here. */
  readonly source: string | null;
  readonly text: string;
  readonly template: boolean;
}

/** What finding files of a cell needs. */
export interface Lookup {
  readonly plan: CellPlan;
  readonly settled: Settled;
  readonly files: ProjectFiles;
  readonly report: Report;
}

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
  const found = search(lookup, places, variant);
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
  return search(lookup, places, image) ?? tellMissing(lookup, { path: image.path, looked: places, fix });
}

function readNamed(lookup: Lookup, { value, path }: Placed<Own["dockerfile"]>): DockerfileSource | undefined {
  if (typeof value !== "string") return { source: null, text: value.text, template: false };
  if (isFile(lookup, value)) return read(lookup, value);
  return tellMissing(lookup, { path, looked: [value], fix: "Write it, or name another" });
}

const templates = [".jinja2", ".njk", ".tpl"];
const extensions = ["", ...templates];

function imagePlaces({ image }: CellPlan): readonly string[] {
  return extensions.map((extension) => join(image.folder, `Dockerfile${extension}`));
}

function variantPlaces({ image, variant }: CellPlan): readonly string[] {
  const stems = [join(image.folder, `${variant}/Dockerfile`), join(image.folder, `Dockerfile.${variant}`)];
  return stems.flatMap((stem) => extensions.map((extension) => `${stem}${extension}`));
}

/** The one place that is there, or undefined; of several the first, after a report. */
function search(lookup: Lookup, places: readonly string[], { path }: Level): DockerfileSource | undefined {
  const there = places.filter((place) => isFile(lookup, place));
  const [first] = there;
  if (there.length > 1) {
    const fix = `Remove one, or name the right one: dockerfile: ${JSON.stringify(first)}`;
    const { caller } = lookup.plan.image;
    lookup.report({ code: "two-dockerfiles", path, caller, found: there.join(" and "), wanted: "one Dockerfile", fix });
  }
  return first === undefined ? undefined : read(lookup, first);
}

function isFile({ files }: Lookup, path: string): boolean {
  return files.exists(path) && !files.folder(path);
}

function read({ files }: Lookup, source: string): DockerfileSource {
  return { source, text: files.read(source), template: templates.some((extension) => source.endsWith(extension)) };
}

function tellMissing({ plan, report, settled }: Lookup, missing: Pick<Finding, "path" | "looked" | "fix">): undefined {
  // A function that threw may have been what names it.
  if (settled.failed()) return undefined;
  const message = `Cannot find the Dockerfile of ${writePath(missing.path)}`;
  report({ ...missing, code: "no-dockerfile", caller: plan.image.caller, found: "no Dockerfile", message });
}
