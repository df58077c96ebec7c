import { posix } from "node:path";
import type { FileFacts, Unavailable } from "../../src/structure-test/facts.ts";
import type { Layer, LayerEntry } from "./layer.ts";

/** A layer of an image, read no sooner than something is looked for in it. */
export interface ImageLayer {
  list(): Promise<Layer>;
  /** Sees to it that the contents of these files are there. */
  read(places: ReadonlySet<number>): Promise<void>;
}

/** A file of an image. */
export interface Located {
  /** With no links in it. */
  readonly path: string;
  readonly facts: FileFacts;
  /** Where its bytes are; null: a folder that no layer has an entry for. */
  readonly from: { readonly layer: ImageLayer; readonly place: number } | null;
}

/**
 * Looks for a path in the file system that layers (topmost first) make. Links are resolved as the kernel does it with
 * the image's root as root: none leads out. One at the end is followed if `follow` says so or a slash is behind it.
 * Only layers that matter are read.
 */
export async function locate(
  layers: readonly ImageLayer[],
  path: string,
  follow: boolean,
): Promise<Located | Unavailable> {
  const clean = posix.resolve("/", path);
  const todo = names(path.endsWith("/") ? `${clean}/` : clean);
  let here = root;
  let links = 0;
  for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
    if (here.facts.kind !== "directory") return { unavailable: `${path} does not exist: ${here.path} is no directory` };
    const place = posix.join(here.path, name);
    const next = await look(layers, place);
    if (!next) return { unavailable: missing(path, place, links > 0) };
    if (next.facts.kind === "link" && (follow || todo.length > 0)) {
      if (++links > mostLinks) return { unavailable: `${path} leads through more than ${mostLinks} links` };
      const { target } = next.facts;
      todo.unshift(...names(target));
      here = target.startsWith("/") ? root : here;
    } else here = next;
  }
  return here;
}

/** As many as Linux follows. */
const mostLinks = 40;

/** The steps of a path. A slash at the end is one more, to the folder itself: only folders have it. */
function names(path: string): string[] {
  const steps = path.split("/").filter((name) => name !== "");
  return path.endsWith("/") ? [...steps, "."] : steps;
}

function missing(path: string, place: string, linked: boolean): string {
  if (linked) return `${path} leads to ${place}, which does not exist`;
  return posix.resolve("/", path) === place ? `${path} does not exist` : `${path} does not exist: there is no ${place}`;
}

/** What stands at a path without links, in the topmost layer that says anything of it. */
async function look(layers: readonly ImageLayer[], path: string): Promise<Located | undefined> {
  let implied = false;
  for (const [i, layer] of layers.entries()) {
    const content = await layer.list();
    const entry = content.entries.get(path);
    if (entry) return implied && entry.kind !== "directory" ? folder(path) : located(entry, path, layers.slice(i));
    implied ||= content.implied.has(path);
    if (hidesBelow(content, path)) break;
  }
  return implied || path === "/" ? folder(path) : undefined;
}

async function located(
  entry: LayerEntry,
  path: string,
  [layer, ...below]: readonly ImageLayer[],
): Promise<Located | undefined> {
  if (entry.kind !== "hard-link") {
    const { place, ...facts } = entry;
    return { path, facts, from: layer ? { layer, place } : null };
  }
  const file = await look(below, entry.target);
  return file && { ...file, path };
}

/** Whether a layer takes away what layers below have at a path. */
function hidesBelow({ entries, whiteouts, opaque }: Layer, path: string): boolean {
  if (whiteouts.has(path)) return true;
  for (let below = path; below !== "/"; ) {
    below = posix.dirname(below);
    const entry = entries.get(below);
    if (whiteouts.has(below) || opaque.has(below) || (entry && entry.kind !== "directory")) return true;
  }
  return false;
}

/** What unpacking makes of a folder that only the paths of others name. */
const plainFolder = {
  facts: { kind: "directory", mode: 0o755, uid: 0, gid: 0, size: 0, target: "" },
  from: null,
} as const;

function folder(path: string): Located {
  return { path, ...plainFolder };
}

/** That it is there is known without reading a layer. */
const root = folder("/");

/** The names of the folders in a folder whose path has no links, sorted. */
export async function foldersIn(layers: readonly ImageLayer[], path: string): Promise<readonly string[]> {
  const prefix = `${path === "/" ? "" : path}/`;
  const all = new Set<string>();
  for (const layer of layers) {
    const { entries, implied } = await layer.list();
    for (const one of [...entries.keys(), ...implied])
      if (one.startsWith(prefix) && one.length > prefix.length)
        all.add(one.slice(prefix.length).split("/", 1)[0] ?? "");
  }
  const found = await Promise.all([...all].sort().map((name) => look(layers, prefix + name)));
  return found.flatMap((one) => (one?.facts.kind === "directory" ? [posix.basename(one.path)] : []));
}
