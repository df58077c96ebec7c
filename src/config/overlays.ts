import type { Context, Overlay } from "../model/target.ts";
import type { CellPlan, CheckedImage, Level } from "./cells.ts";
import type { ProjectFiles } from "./files.ts";
import type { Report } from "./report.ts";
import type { Settled } from "./settle.ts";
import type { RootFolder } from "./types.ts";

/** The folders laid over a cell's root, later ones winning: the image's, the tag's, the variant's. */
export function findOverlays(
  plan: CellPlan,
  settled: Settled,
  files: ProjectFiles,
  report: Report,
): readonly Overlay[] {
  const levels = plan.layeredOn === null ? plan.levels : plan.levels.slice(-1);
  const modes = modesOf(settled, true);
  const perLevel = levels.map((level) => foldersOf(level, plan.image, settled, files, report));
  const from = perLevel.lastIndexOf("none") + 1;
  return perLevel
    .slice(from)
    .flatMap((folders) => (folders === "none" ? [] : folders.map((folder) => ({ ...folder, modes }))));
}

type Folder = Omit<Overlay, "modes">;

/** What a level lays over the root; "none" also takes away what the levels before it do. */
function foldersOf(
  level: Level,
  image: CheckedImage,
  settled: Settled,
  files: ProjectFiles,
  report: Report,
): readonly Folder[] | "none" {
  const said = settled.at(level, "rootfs");
  if (said?.value === false) return "none";
  const folders = said === undefined ? byConvention(level, files) : [said.value].flat().map(toOverlay);
  return folders.filter(({ folder }) => files.folder(folder) || tellMissing(folder, level, image, report));
}

function toOverlay(entry: RootFolder): Folder {
  const { folder, owner = "0:0" } = typeof entry === "string" ? { folder: entry } : entry;
  return { folder: folder.replace(/\/+$/, ""), owner };
}

function byConvention({ rootfs }: Level, files: ProjectFiles): readonly Folder[] {
  return rootfs !== null && files.folder(rootfs) ? [toOverlay(rootfs)] : [];
}

function tellMissing(folder: string, { path }: Level, { caller }: CheckedImage, report: Report): false {
  const fix = "Make it, or name another";
  report({ code: "no-rootfs", path: [...path, "rootfs"], caller, found: `no folder ${folder}`, looked: [folder], fix });
  return false;
}

/** Modes by path: those with a leading `/` are of files in the image, so of overlays; the others of the context. */
function modesOf(settled: Settled, ofOverlays: boolean): Readonly<Record<string, number>> {
  const entries = Object.entries(settled.merged("modes")).filter(([path]) => path.startsWith("/") === ofOverlays);
  return Object.fromEntries(entries.map(([path, mode]) => [path.replace(/^\/+/, ""), mode]));
}

/** The build context: the image's folder, less what is no input of this cell. */
export function findContext(
  plan: CellPlan,
  settled: Settled,
  overlays: readonly Overlay[],
  files: ProjectFiles,
): Context {
  const { folder } = plan.image;
  if (!files.folder(folder)) return { folder: null, exclude: [], modes: {} };
  const others = Object.keys(plan.image.spec.variants ?? {}).filter((name) => name !== plan.variant);
  const within = overlays.flatMap((overlay) =>
    overlay.folder.startsWith(`${folder}/`) ? [overlay.folder.slice(folder.length + 1)] : [],
  );
  const own =
    plan.variant === null ? [] : [`${plan.variant}/Dockerfile*`, `${plan.variant}/test.yml*`, `${plan.variant}/rootfs`];
  const exclude = [...fixedExcludes, ...own, ...others, ...within];
  return { folder, exclude: [...new Set(exclude)], modes: modesOf(settled, false) };
}

const fixedExcludes = [".dockerignore", "Dockerfile", "Dockerfile.*", "image.yml", "rootfs", "test.yml*"];
