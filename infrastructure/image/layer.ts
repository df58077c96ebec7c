import { posix } from "node:path";
import { buffer } from "node:stream/consumers";
import type { ParsedTarEntry } from "modern-tar";
import type { FileFacts, FileKind } from "../../src/structure-test/facts.ts";
import { skip } from "./entries.ts";

/** What a layer holds (image-spec 1.1, "Image Layer Filesystem Changeset"). Paths are absolute, without a last slash. */
export interface Layer {
  readonly entries: ReadonlyMap<string, LayerEntry>;
  /** Folders that entries lie in and that the layer has no entry for. */
  readonly implied: ReadonlySet<string>;
  /** What is gone of the layers below. */
  readonly whiteouts: ReadonlySet<string>;
  /** Folders of which all content below is gone. */
  readonly opaque: ReadonlySet<string>;
  /** Files that were read, by their place in the layer. */
  readonly contents: Map<number, Uint8Array>;
}

export type LayerEntry = Stored | HardLink;

/** A file or folder; names linked to one file share it. */
export interface Stored extends FileFacts {
  /** Where in the layer it stands, counted from 0. */
  readonly place: number;
}

/** A further name of a file that is in a layer below. */
export interface HardLink {
  readonly kind: "hard-link";
  readonly target: string;
}

/** Larger files are not read. */
export const contentLimit = 16 * 1024 * 1024;

/** Lists a layer, and reads the files on the way whose paths `wanted` says yes to. */
export async function listLayer(
  entries: AsyncIterable<ParsedTarEntry>,
  wanted: (path: string) => boolean,
): Promise<Layer> {
  const listing: Listing = { entries: new Map(), implied: new Set(), whiteouts: new Set(), opaque: new Set() };
  const contents = new Map<number, Uint8Array>();
  // A link often comes before its file (/etc/os-release), which else would need the layer a second time.
  const targets = new Set<string>();
  let place = 0;
  for await (const entry of entries) {
    const { header, body } = entry;
    const path = absolute(header.name);
    const reads = wanted(path) || targets.has(path);
    if (reads && header.type === "symlink") targets.add(posix.resolve(path, "..", header.linkname ?? ""));
    if (reads && isFile(header) && header.size <= contentLimit) contents.set(place, await buffer(body));
    else await skip(entry);
    list(listing, path, header, place++);
  }
  for (const path of listing.entries.keys()) addParents(listing, path);
  return { ...listing, contents };
}

/** Reads files at places in a layer, and no further than the last of them. */
export async function readPlaces(
  entries: AsyncIterable<ParsedTarEntry>,
  places: ReadonlySet<number>,
): Promise<ReadonlyMap<number, Uint8Array>> {
  const contents = new Map<number, Uint8Array>();
  let place = 0;
  for await (const entry of entries) {
    if (places.has(place)) contents.set(place, await buffer(entry.body));
    else await skip(entry);
    if (contents.size === places.size) break;
    place++;
  }
  return contents;
}

type Header = ParsedTarEntry["header"];

interface Listing {
  readonly entries: Map<string, LayerEntry>;
  readonly implied: Set<string>;
  readonly whiteouts: Set<string>;
  readonly opaque: Set<string>;
}

function list({ entries, whiteouts, opaque }: Listing, path: string, header: Header, place: number): void {
  const { dir, base } = posix.parse(path);
  if (base === ".wh..wh..opq") opaque.add(dir);
  // Others of this name are what aufs keeps for itself.
  else if (base.startsWith(".wh..wh.")) return;
  else if (base.startsWith(".wh.")) whiteouts.add(posix.join(dir, base.slice(4)));
  else if (header.type === "link") entries.set(path, linked(entries, absolute(header.linkname ?? "")));
  else entries.set(path, stored(header, place));
}

/** The file itself when it is in this layer, as the specification wants it. */
function linked(entries: ReadonlyMap<string, LayerEntry>, target: string): LayerEntry {
  return entries.get(target) ?? { kind: "hard-link", target };
}

function stored({ type = "file", mode = 0, uid = 0, gid = 0, size, linkname }: Header, place: number): Stored {
  const kind = kinds[type] ?? "file";
  const target = kind === "link" ? (linkname ?? "") : "";
  return { kind, mode: mode & 0o7777, uid, gid, size: kind === "file" ? size : 0, target, place };
}

const kinds: Readonly<Record<string, FileKind>> = {
  directory: "directory",
  symlink: "link",
  "character-device": "character-device",
  "block-device": "block-device",
  fifo: "fifo",
};

function isFile({ type = "file" }: Header): boolean {
  return type === "file";
}

function addParents({ entries, implied }: Listing, path: string): void {
  for (let dir = posix.dirname(path); !entries.has(dir) && !implied.has(dir); dir = posix.dirname(dir))
    implied.add(dir);
}

/** `./usr/bin/` is `/usr/bin`. */
function absolute(name: string): string {
  return posix.resolve("/", name);
}
