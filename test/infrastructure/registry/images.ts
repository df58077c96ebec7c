import { createHash, randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { createRegistry, type RegistryOptions } from "../../../infrastructure/registry/client/client.ts";
import type { Digest } from "../../../src/entry.ts";
import type { Descriptor, Manifest, Registry, Repository, Uploadable } from "../../../src/ports.ts";
import { ImagesError, type Problem } from "../../../src/problem.ts";
import type { Context } from "../../rig/suite.ts";

const index = "application/vnd.oci.image.index.v1+json";
const manifest = "application/vnd.oci.image.manifest.v1+json";

export function repository(address: string, name: string): Repository {
  return { place: { address, builderAddress: address }, name };
}

/** A client without credentials that tries again quickly. */
export function client(t: Context, options: Partial<RegistryOptions> = {}): Registry {
  const credentials = { find: async () => undefined };
  return t.use(createRegistry({ credentials, userAgent: "test", retry: { pause: 1 }, ...options }));
}

export function blobOf(body: Uint8Array): Uploadable & { readonly body: Uint8Array } {
  const open = async function* () {
    for (let at = 0; at < body.byteLength; at += 65_536) yield body.subarray(at, at + 65_536);
  };
  return { digest: sha256(body), size: body.byteLength, body, open };
}

export function sha256(body: Uint8Array | string): Digest {
  return `sha256:${createHash("sha256").update(body).digest("hex")}`;
}

/** Pushes an image of one random layer for each size, by digest, and gives its manifest. */
export async function pushImage(
  registry: Registry,
  to: Repository,
  { architecture = "amd64", sizes = [1000] }: { architecture?: string; sizes?: readonly number[] } = {},
): Promise<Manifest> {
  const tars = sizes.map((size) => randomBytes(size));
  const layers = tars.map((tar) => ({ ...blobOf(gzipSync(tar, { level: 1 })), diffId: sha256(tar) }));
  return await pushLayers(registry, to, layers, architecture);
}

/** Pushes an image of these layers; `diffId` is the digest of what a layer unpacks to. */
export async function pushLayers(
  registry: Registry,
  to: Repository,
  layers: readonly (Uploadable & { readonly diffId?: Digest })[],
  architecture = "amd64",
): Promise<Manifest> {
  const rootfs = { type: "layers", diff_ids: layers.map(({ digest, diffId = digest }) => diffId) };
  const config = blobOf(Buffer.from(JSON.stringify({ os: "linux", architecture, config: {}, rootfs })));
  await Promise.all([config, ...layers].map((blob) => registry.putBlob(to, blob)));
  const made = document(manifest, {
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: config.digest, size: config.size },
    layers: layers.map(({ digest, size }) => ({ mediaType: `${layerType}+gzip`, digest, size })),
  });
  await registry.putManifest(to, made.descriptor.digest, made);
  return made;
}

const layerType = "application/vnd.oci.image.layer.v1.tar";

/** Pushes an index of an image for each architecture under a tag. */
export async function pushIndex(registry: Registry, to: Repository, tag: string, architectures: readonly string[]) {
  const images = await Promise.all(architectures.map((architecture) => pushImage(registry, to, { architecture })));
  const manifests = images.map(({ descriptor }, i) => {
    return { ...descriptor, platform: { os: "linux", architecture: architectures[i] ?? "" } } satisfies Descriptor;
  });
  const made = document(index, { manifests });
  await registry.putManifest(to, tag, made);
  return { index: made, images };
}

/** The blob that an artifact without configuration has for one (image-spec 1.1, "Guidance for an Empty Descriptor"). */
export const empty = blobOf(Buffer.from("{}"));

/** An artifact without content that refers to an image; pushed after `empty`. */
export function artifactOn(subject: Pick<Descriptor, "digest" | "size">, name: string): Manifest {
  const nothing = { mediaType: "application/vnd.oci.empty.v1+json", digest: empty.digest, size: empty.size };
  return document(manifest, {
    artifactType: "application/vnd.example",
    config: nothing,
    layers: [nothing],
    subject: { mediaType: manifest, digest: subject.digest, size: subject.size },
    annotations: { name },
  });
}

export function document(mediaType: string, content: object): Manifest {
  const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...content }));
  return { descriptor: { mediaType, digest: sha256(body), size: body.byteLength }, body };
}

export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream));
}

/** The problems of the ImagesError that the work throws. */
export async function problems(work: Promise<unknown> | AsyncIterable<unknown>): Promise<readonly Problem[]> {
  const error = await ("then" in work ? work : Array.fromAsync(work)).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof ImagesError) return error.problems;
  throw error ?? new Error("It did not fail");
}
