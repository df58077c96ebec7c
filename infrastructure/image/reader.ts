import { posix } from "node:path";
import type { Descriptor, ImageAt, Registry } from "../../src/ports.ts";
import { ImagesError } from "../../src/problem.ts";
import type { ImageConfig, ImageFacts, Wanted } from "../../src/structure-test/facts.ts";
import { readContents } from "./contents.ts";
import { isCopyright, readDebianLicenses } from "./debian.ts";
import { entriesOf } from "./entries.ts";
import { listLayer, readPlaces } from "./layer.ts";
import { nameOf, readDocuments } from "./manifest.ts";
import { createLayerMemory, type LayerMemory } from "./memory.ts";
import { type ImageLayer, locate } from "./tree.ts";

/**
 * Reads what is wanted of an image, which may depend on its configuration.
 *
 * @throws ImagesError `manifest-unknown`, `no-image`, `layer-unreadable`, and what a Registry throws.
 */
export type ReadImage = (
  image: ImageAt,
  wanted: (config: ImageConfig) => Wanted,
  signal: AbortSignal,
) => Promise<ImageFacts>;

/** Bytes of listings that are kept for images on the same layers: some ten bases of Debian. */
const memoryLimit = 48 * 1024 * 1024;

/** Reads images from a registry by streaming their layers, topmost first and only as far down as needed. */
export function createImageReader(registry: Registry): ReadImage {
  const memory = createLayerMemory(memoryLimit);
  return async (image, wanted, signal) => {
    const { config, layers } = await readDocuments(registry, image, signal);
    const { paths, contents, debianLicenses } = wanted(config);
    const names = new Set(contents.map((path) => posix.resolve("/", path)));
    const reads = (path: string) => names.has(path) || (debianLicenses && isCopyright(path));
    const source: Source = { registry, image, memory, reads, signal };
    const tree = layers.toReversed().map((layer) => openLayer(source, layer));
    const located = await Promise.all(paths.map((path) => locate(tree, path, false)));
    return {
      config,
      files: new Map(located.map((found, i) => [paths[i] as string, "facts" in found ? found.facts : found])),
      contents: await readContents(tree, contents),
      debianLicenses: debianLicenses ? await readDebianLicenses(tree) : new Map(),
    };
  };
}

interface Source {
  readonly registry: Registry;
  readonly image: ImageAt;
  readonly memory: LayerMemory;
  /** What is worth keeping when a layer is listed; the rest is read when a name of it turns out to be wanted. */
  readonly reads: (path: string) => boolean;
  readonly signal: AbortSignal;
}

function openLayer({ registry, image, memory, reads, signal }: Source, layer: Descriptor): ImageLayer {
  const entries = () => entriesOf(registry.blob(image.repository, layer.digest, signal), layer.mediaType, signal);
  const list = once(() => memory.get(layer.digest, () => listLayer(entries(), reads).catch(explain), signal));
  const explain = (error: unknown): never => {
    if (error instanceof ImagesError || signal.aborted) throw error;
    throw unreadable(image, layer, error);
  };
  return {
    list,
    read: async (places) => {
      const { contents } = await list();
      const missing = new Set([...places].filter((place) => !contents.has(place)));
      if (missing.size === 0) return;
      for (const [place, bytes] of await readPlaces(entries(), missing).catch(explain)) contents.set(place, bytes);
    },
  };
}

function unreadable(image: ImageAt, { digest, mediaType }: Descriptor, cause: unknown): ImagesError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `Cannot read layer ${digest} of ${nameOf(image)}: ${reason.replace(/\.$/, "")}`;
  return new ImagesError({ code: "layer-unreadable", kind: "task", message, found: mediaType }, { cause });
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | undefined;
  return () => {
    promise ??= work();
    return promise;
  };
}
