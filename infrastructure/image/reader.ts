import type { ImageAt, Registry } from "../../src/ports.ts";
import type { ImageConfig, ImageFacts, Wanted } from "../../src/structure-test/facts.ts";

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

/** Reads images from registries by streaming their layers; remembers what it found in a layer for the next image. */
export function createImageReader(_registry: Registry): ReadImage {
  return () => Promise.reject(new Error("Internal error: not there yet"));
}
