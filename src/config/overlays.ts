import type { Overlay } from "../model/target.ts";
import { type Level, tidy } from "./cells.ts";
import type { ProjectFiles } from "./files.ts";
import { modesOf } from "./modes.ts";
import type { Lookup } from "./search.ts";
import type { RootFolder } from "./types.ts";

/** The folders laid over a cell's root, later ones winning: the image's, the tag's, the variant's. */
export function findOverlays(lookup: Lookup): readonly Overlay[] {
  const { layeredOn, levels } = lookup.plan;
  const modes = modesOf(lookup.settled, "overlays");
  const folders = (layeredOn === null ? levels : levels.slice(-1)).map((level) => foldersOf(level, lookup));
  const kept = folders.slice(folders.lastIndexOf("none") + 1).filter((list) => list !== "none");
  return kept.flat().map((folder) => ({ ...folder, modes }));
}

type Folder = Omit<Overlay, "modes">;

/** What a level lays over the root; "none" also takes away what the levels before it do. */
function foldersOf(level: Level, lookup: Lookup): readonly Folder[] | "none" {
  const said = lookup.settled.at(level, "rootfs");
  if (said?.value === false) return "none";
  if (said === undefined) return byConvention(level, lookup.files);
  const folders = [said.value].flat().map(toOverlay);
  return folders.filter(({ folder }) => lookup.files.folder(folder) || tellMissing(folder, level, lookup));
}

function toOverlay(entry: RootFolder): Folder {
  const { folder, owner = "0:0" } = typeof entry === "string" ? { folder: entry } : entry;
  return { folder: tidy(folder), owner };
}

function byConvention({ rootfs }: Level, files: ProjectFiles): readonly Folder[] {
  return rootfs !== null && files.folder(rootfs) ? [toOverlay(rootfs)] : [];
}

function tellMissing(folder: string, level: Level, { plan, report }: Lookup): false {
  const at = { path: [...level.path, "rootfs"], caller: plan.image.caller, looked: [folder] };
  report({ ...at, code: "no-rootfs", found: `no folder ${folder}`, fix: "Make it, or name another" });
  return false;
}
