import type { Context, Overlay } from "../model/target.ts";
import { modesOf } from "./modes.ts";
import type { Lookup } from "./search.ts";

const testFiles = ["test.yml*", "test.yaml*"];

/** What is never an input: the Dockerfiles, the tests, the YAML form of the configuration. */
const neverInput = [".dockerignore", "Dockerfile", "Dockerfile.*", "image.yml", ...testFiles];

/**
 * The build context: the image's folder, less what is no input of this cell: overlays, other variants and images.
 *
 * `others` are the project's folders that are no part of this image's.
 */
export function findContext(lookup: Lookup, overlays: readonly Overlay[], others: readonly string[]): Context {
  const { plan, settled, files } = lookup;
  const { folder, spec } = plan.image;
  if (!files.folder(folder)) return { folder: null, exclude: [], modes: {} };
  const variants = Object.keys(spec.variants ?? {}).filter((name) => name !== plan.variant);
  const own = plan.variant === null ? [] : ["Dockerfile*", ...testFiles].map((name) => `${plan.variant}/${name}`);
  const refused = plan.levels.findLastIndex((level) => settled.at(level, "rootfs")?.value === false);
  const heard = plan.levels.slice(refused + 1);
  const laidOver = [...heard.flatMap(({ rootfs }) => rootfs ?? []), ...overlays.map((overlay) => overlay.folder)];
  const exclude = [...neverInput, ...own, ...variants, ...within(folder, [...laidOver, ...others])];
  return { folder, exclude: [...new Set(exclude)], modes: modesOf(settled, "context") };
}

/** The context of a Dockerfile that copies overlays itself: they are inputs after all. */
export function withCopied(context: Context, copied: readonly Overlay[]): Context {
  const paths = within(
    context.folder ?? "",
    copied.map(({ folder }) => folder),
  );
  return { ...context, exclude: context.exclude.filter((path) => !paths.includes(path)) };
}

/** The context less test files that have a name of their own or are those of other cells: they are no input of any. */
export function withoutTests(context: Context, files: readonly string[]): Context {
  const { exclude } = context;
  const starts = exclude.map((pattern) => (pattern.endsWith("*") ? pattern.slice(0, -1) : `${pattern}/`));
  const left = within(context.folder ?? "", files).filter((path) => !starts.some((start) => path.startsWith(start)));
  return left.length === 0 ? context : { ...context, exclude: [...exclude, ...left] };
}

/** Those of the folders that lie in a folder, relative to it. All are tidy: their beginnings are enough. */
function within(folder: string, folders: readonly string[]): readonly string[] {
  if (folder === ".") return folders.filter((one) => one !== "." && !one.startsWith(".."));
  return folders.filter((one) => one.startsWith(`${folder}/`)).map((one) => one.slice(folder.length + 1));
}
