import { createImageReader } from "../../../infrastructure/image/reader.ts";
import type { Registry } from "../../../src/ports.ts";
import type { ImageFacts, Wanted } from "../../../src/structure-test/facts.ts";
import type { Context } from "../../rig/suite.ts";
import { client, repository } from "../registry/images.ts";
import { realRegistry } from "../registry/real.ts";
import { push, type StoredLayer } from "./images.ts";

export const nothing: Wanted = { paths: [], contents: [], debianLicenses: false };

/** Pushes an image and gives what reads it. */
export function pushed(t: Context, layers: readonly StoredLayer[], config: object | null = {}) {
  const place = imageOf(t, layers, config);
  return async (wanted: Partial<Wanted>): Promise<ImageFacts> => {
    const { registry, image } = await place;
    return createImageReader(registry)(image, () => ({ ...nothing, ...wanted }), t.signal);
  };
}

async function imageOf(t: Context, layers: readonly StoredLayer[], config: object | null) {
  const registry: Registry = client(t);
  return { registry, image: await push(registry, repository(await realRegistry(t), "node"), layers, config) };
}

/** The contents at paths, or why there are none. */
export async function texts(read: (wanted: Partial<Wanted>) => Promise<ImageFacts>, contents: readonly string[]) {
  const facts = await read({ contents });
  return contents.map((path) => {
    const found = facts.contents.get(path);
    return found && ("text" in found ? found.text : found.unavailable);
  });
}
