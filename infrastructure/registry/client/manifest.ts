import type { Digest } from "../../../src/entry.ts";
import { indexType, manifestType } from "../../../src/oci/document.ts";
import type { Descriptor, Manifest } from "../../../src/ports.ts";
import { digestLike } from "./download.ts";
import { mismatch } from "./errors.ts";
import type { Reply } from "./transport.ts";

/** Media types of manifests and indexes: OCI's, and Docker's of the same form. */
export const manifestTypes: readonly string[] = [
  indexType,
  manifestType,
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** What HEAD says of a manifest; undefined when the registry leaves out what a descriptor needs. */
export function headOf({ headers }: Reply, reference: string): Descriptor | undefined {
  const digest = headers["docker-content-digest"] ?? (isDigest(reference) ? reference : undefined);
  const length = headers["content-length"];
  if (!digest || !headers["content-type"] || !length) return undefined;
  return { mediaType: headers["content-type"], digest: digest as Digest, size: Number(length) };
}

/** A manifest as it was read. @throws ImagesError `digest-mismatch` when it is not what was asked for. */
export function manifestOf({ headers, body }: Reply, reference: string, action: string): Manifest {
  const wanted = isDigest(reference) ? reference : headers["docker-content-digest"];
  const digest = digestLike(wanted ?? "sha256:", body);
  if (wanted && digest !== wanted) throw mismatch(action, wanted, digest);
  return { descriptor: { mediaType: headers["content-type"] ?? "", digest, size: body.byteLength }, body };
}

/** What a manifest or index holds together (image-spec 1.1). */
export interface Content {
  /** Of an index: the manifests it lists. */
  readonly manifests: readonly Descriptor[];
  /** Of a manifest: its configuration and layers, each once. */
  readonly blobs: readonly Descriptor[];
}

/** Layers that a registry need not hold (`nondistributable`, Docker's `foreign`) are left out. */
export function contentOf({ body }: Manifest): Content {
  const parsed = parsedOf(body) as {
    readonly manifests?: readonly Descriptor[];
    readonly config?: Descriptor;
    readonly layers?: readonly Descriptor[];
  };
  const blobs = [...(parsed.config ? [parsed.config] : []), ...(parsed.layers ?? [])];
  const held = blobs.filter(({ mediaType }) => !/nondistributable|foreign/.test(mediaType));
  return { manifests: unique(parsed.manifests ?? []), blobs: unique(held) };
}

/** An index with whatever else is in it. */
export interface Index {
  readonly manifests: readonly Descriptor[];
  readonly [other: string]: unknown;
}

/** Reads an index; undefined when the bytes are none. */
export function indexIn(body: Uint8Array): Index | undefined {
  try {
    const parsed = parsedOf(body) as Index;
    return Array.isArray(parsed.manifests) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** How a manifest is described among the referrers of its subject: an image without a type has its configuration's. */
export function referrerOf({ descriptor, body }: Manifest): Descriptor {
  const { artifactType, config, annotations } = parsedOf(body) as Partial<Descriptor> & {
    readonly config?: Descriptor;
  };
  const type = artifactType || config?.mediaType;
  const { mediaType, digest, size } = descriptor;
  return { mediaType, digest, size, ...(type && { artifactType: type }), ...(annotations && { annotations }) };
}

function parsedOf(body: Uint8Array): object {
  return JSON.parse(new TextDecoder().decode(body)) as object;
}

function unique(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  return [...new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor])).values()];
}

function isDigest(reference: string): boolean {
  return reference.includes(":");
}
