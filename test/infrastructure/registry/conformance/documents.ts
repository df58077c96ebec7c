import { expect } from "./expect.ts";
import { type Algorithm, type Descriptor, digestOf, type Repository } from "./repository.ts";
import type { Ask } from "./wire.ts";

export const manifestType = "application/vnd.oci.image.manifest.v1+json";
export const indexType = "application/vnd.oci.image.index.v1+json";
export const configType = "application/vnd.oci.image.config.v1+json";
export const layerType = "application/vnd.oci.image.layer.v1.tar";

/** The empty descriptor of image-spec 1.1, for artifacts. */
export const emptyType = "application/vnd.oci.empty.v1+json";

const dockerTypes =
  "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";

/** For requests of manifests of any kind: some registries convert them when their own is not named. */
export const accepting: Ask = { headers: { accept: `${manifestType}, ${indexType}, ${dockerTypes}` } };

export interface Document {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly [key: string]: unknown;
}

/** Pushes a config and a layer, and gives the image manifest of the two, with further fields. */
export async function image(repository: Repository, more: Readonly<Record<string, unknown>> = {}): Promise<Document> {
  const config = await repository.push(`{"architecture":"amd64","os":"linux"}`, configType);
  const layers = [await repository.push("a layer", layerType)];
  return { schemaVersion: 2, mediaType: manifestType, config, layers, ...more };
}

/** Pushes an empty config, and gives the manifest of an artifact. */
export async function artifact(
  repository: Repository,
  artifactType: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Document> {
  const empty = await repository.push("{}", emptyType);
  return { schemaVersion: 2, mediaType: manifestType, artifactType, config: empty, layers: [empty], ...more };
}

export function index(manifests: readonly object[], more: Readonly<Record<string, unknown>> = {}): Document {
  return { schemaVersion: 2, mediaType: indexType, manifests, ...more };
}

export function describe(document: Document, algorithm: Algorithm = "sha256"): Descriptor {
  const text = JSON.stringify(document);
  return { mediaType: document.mediaType, digest: digestOf(text, algorithm), size: text.length };
}

/** Pushes a document by its digest and gives its descriptor. */
export async function putByDigest(repository: Repository, document: Document): Promise<Descriptor> {
  const descriptor = describe(document);
  expect(await repository.put(descriptor.digest, document), 201);
  return descriptor;
}
