import { gzipSync, zstdCompressSync } from "node:zlib";
import { packTar, type TarEntry } from "modern-tar";
import type { ImageAt, Registry, Repository } from "../../../src/ports.ts";
import { blobOf, document } from "../registry/images.ts";

type Meta = Partial<Pick<TarEntry["header"], "mode" | "uid" | "gid">>;

export function file(name: string, content: string | Uint8Array = "", meta: Meta = {}): TarEntry {
  const body = Buffer.from(content);
  return { header: { name, size: body.byteLength, type: "file", ...meta }, body };
}

export function folder(name: string, meta: Meta = {}): TarEntry {
  return { header: { name: `${name}/`, size: 0, type: "directory", ...meta } };
}

export function link(name: string, target: string): TarEntry {
  return { header: { name, size: 0, type: "symlink", mode: 0o777, linkname: target } };
}

export function hardLink(name: string, target: string): TarEntry {
  return { header: { name, size: 0, type: "link", linkname: target } };
}

export function device(name: string, type: "character-device" | "block-device" | "fifo", meta: Meta = {}): TarEntry {
  return { header: { name, size: 0, type, ...meta } };
}

/** A layer's bytes as a registry keeps them. */
export interface StoredLayer {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

const oci = "application/vnd.oci.image.layer.v1.tar";

export async function gzip(...entries: readonly TarEntry[]): Promise<StoredLayer> {
  return { mediaType: `${oci}+gzip`, bytes: gzipSync(await packTar([...entries]), { level: 1 }) };
}

export async function zstd(...entries: readonly TarEntry[]): Promise<StoredLayer> {
  return { mediaType: `${oci}+zstd`, bytes: zstdCompressSync(await packTar([...entries])) };
}

export async function plain(...entries: readonly TarEntry[]): Promise<StoredLayer> {
  return { mediaType: oci, bytes: await packTar([...entries]) };
}

/** Pushes an image of these layers, the lowest first. */
export async function push(
  registry: Registry,
  repository: Repository,
  layers: readonly StoredLayer[],
  config: object | null = {},
): Promise<ImageAt> {
  const configuration = blobOf(Buffer.from(JSON.stringify({ os: "linux", architecture: "amd64", config })));
  const blobs = layers.map(({ bytes, mediaType }) => ({ ...blobOf(bytes), mediaType }));
  for (const blob of [configuration, ...blobs]) await registry.putBlob(repository, blob);
  const made = document("application/vnd.oci.image.manifest.v1+json", {
    config: descriptor({ ...configuration, mediaType: "application/vnd.oci.image.config.v1+json" }),
    layers: blobs.map(descriptor),
  });
  await registry.putManifest(repository, made.descriptor.digest, made);
  return { repository, digest: made.descriptor.digest, platform: "linux/amd64" };
}

function descriptor({ mediaType, digest, size }: { mediaType: string; digest: string; size: number }) {
  return { mediaType, digest, size };
}
