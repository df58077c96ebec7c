import { buffer } from "node:stream/consumers";
import type { Descriptor, ImageAt, Manifest, Registry } from "../../src/ports.ts";
import { fail, type Problem } from "../../src/problem.ts";
import type { HistoryEntry } from "../../src/report/inspection.ts";
import type { ImageConfig } from "../../src/structure-test/facts.ts";
import { configurationOf } from "./configuration.ts";

/** What an image's documents say: its configuration, and its layers from the lowest to the topmost. */
export interface ImageDocuments {
  readonly config: ImageConfig;
  readonly layers: readonly Descriptor[];
  /** ISO 8601; null where the image does not say. */
  readonly created: string | null;
  /** How it was made, oldest first. */
  readonly history: readonly HistoryEntry[];
}

/** Reads the manifest and the configuration of an image. @throws ImagesError `manifest-unknown`, `no-image`. */
export async function readDocuments(registry: Registry, image: ImageAt, signal: AbortSignal): Promise<ImageDocuments> {
  const manifest = await registry.manifest(image.repository, image.digest, signal);
  const { config, layers } = imageOf(manifest ?? fail(unknown(image)), image);
  const body = await buffer(registry.blob(image.repository, config.digest, signal));
  const document = JSON.parse(body.toString());
  return {
    config: configurationOf(document),
    layers,
    created: document.created ?? null,
    history: document.history ?? [],
  };
}

function imageOf({ descriptor, body }: Manifest, image: ImageAt) {
  const document = JSON.parse(new TextDecoder().decode(body)) as {
    readonly config?: Descriptor;
    /** BuildKit writes null for none. */
    readonly layers?: readonly Descriptor[] | null;
  };
  const { config, layers } = document;
  return config && layers !== undefined ? { config, layers: layers ?? [] } : fail(noImage(image, descriptor));
}

/** How messages name an image: `localhost:5050/node@sha256:…`. */
export function nameOf({ repository: { place, name }, digest }: ImageAt): string {
  return `${place.address}/${name}@${digest}`;
}

function unknown(image: ImageAt): Problem {
  const message = `Cannot read ${nameOf(image)}: it does not exist`;
  return { code: "manifest-unknown", kind: "task", message };
}

function noImage(image: ImageAt, { mediaType }: Descriptor): Problem {
  const message = `Cannot read ${nameOf(image)}: it is no image for one platform`;
  return { code: "no-image", kind: "task", message, found: mediaType };
}
