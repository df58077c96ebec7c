import type { CellPlan } from "./cells.ts";
import { writePath } from "./describe.ts";
import type { ProjectFiles } from "./files.ts";
import type { Report } from "./report.ts";
import type { Placed, Settled } from "./settle.ts";
import type { Own } from "./types.ts";

/** The text of a Dockerfile before it is rendered. */
export interface DockerfileSource {
  /** The file it is written in; null for one of the configuration, or one made here. */
  readonly source: string | null;
  readonly text: string;
  readonly template: boolean;
}

const extensions = ["", ".jinja2", ".njk", ".tpl"] as const;

/**
 * Finds a cell's Dockerfile: what the variant names, the variant's by convention, and unless it is layered what tag or
 * image name, the image's by convention. Undefined after a report: nothing falls back in silence.
 */
export function findDockerfile(
  plan: CellPlan,
  settled: Settled,
  hasOverlay: boolean,
  files: ProjectFiles,
  report: Report,
): DockerfileSource | undefined {
  const variant = plan.variant === null ? undefined : plan.levels.at(-1);
  const own = variant && settled.at(variant, "dockerfile");
  if (own !== undefined) return readNamed(plan, own, files, report);
  const found = search(plan, variantPlaces(plan), files, report);
  if (found !== undefined) return found;
  if (plan.layeredOn === null) return findInherited(plan, settled, files, report);
  if (hasOverlay) return { source: null, text: "FROM base\n", template: false };
  const fix = "Write one of them, make the folder rootfs beside it, or give the variant a base of its own: from: …";
  report({ ...nothingFound(plan, variantPlaces(plan)), fix });
  return undefined;
}

function findInherited(
  plan: CellPlan,
  settled: Settled,
  files: ProjectFiles,
  report: Report,
): DockerfileSource | undefined {
  const named = settled.last("dockerfile");
  if (named !== undefined) return readNamed(plan, named, files, report);
  const found = search(plan, imagePlaces(plan), files, report);
  if (found !== undefined) return found;
  const image = { ...plan, levels: plan.levels.slice(0, 1) };
  report({
    ...nothingFound(image, imagePlaces(plan)),
    fix: 'Write one of them, or name it: dockerfile: "path/to/Dockerfile"',
  });
  return undefined;
}

function readNamed(
  { image }: CellPlan,
  { value, path }: Placed<Own["dockerfile"]>,
  files: ProjectFiles,
  report: Report,
): DockerfileSource | undefined {
  if (typeof value !== "string") return { source: null, text: value.text, template: false };
  if (files.exists(value) && !files.folder(value)) return readFile(value, files);
  report({
    code: "no-dockerfile",
    path,
    caller: image.caller,
    found: `no file ${value}`,
    looked: [value],
    fix: "Write it, or name another",
  });
  return undefined;
}

function readFile(source: string, files: ProjectFiles): DockerfileSource {
  return {
    source,
    text: files.read(source),
    template: extensions.slice(1).some((extension) => source.endsWith(extension)),
  };
}

function imagePlaces({ image }: CellPlan): readonly string[] {
  return extensions.map((extension) => `${image.folder}/Dockerfile${extension}`);
}

function variantPlaces({ image, variant }: CellPlan): readonly string[] {
  if (variant === null) return [];
  const stems = [`${image.folder}/${variant}/Dockerfile`, `${image.folder}/Dockerfile.${variant}`];
  return stems.flatMap((stem) => extensions.map((extension) => `${stem}${extension}`));
}

/** The one place that is there, or undefined; of several it takes the first, after a report. */
function search(
  { image, levels }: CellPlan,
  places: readonly string[],
  files: ProjectFiles,
  report: Report,
): DockerfileSource | undefined {
  const there = places.filter((place) => files.exists(place) && !files.folder(place));
  const [first] = there;
  if (there.length > 1) {
    const fix = `Remove one, or name the right one: dockerfile: ${JSON.stringify(first)}`;
    const path = levels.at(-1)?.path ?? [image.name];
    report({
      code: "two-dockerfiles",
      path,
      caller: image.caller,
      found: there.join(" and "),
      wanted: "one Dockerfile",
      fix,
    });
  }
  return first === undefined ? undefined : readFile(first, files);
}

function nothingFound({ image, levels }: CellPlan, looked: readonly string[]): Parameters<Report>[0] {
  const path = levels.at(-1)?.path ?? [image.name];
  const message = `Cannot find a Dockerfile of ${writePath(path)}`;
  return { code: "no-dockerfile", path, caller: image.caller, found: "no Dockerfile", looked, message };
}
