import { buffer } from "node:stream/consumers";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { unpackTar } from "modern-tar";
import type { Digest } from "../../src/entry.ts";
import type { Registry, Repository } from "../../src/ports.ts";

export interface ImageFile {
  readonly text: string;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly time: number;
  readonly owner: string;
}

/** An image as a container would see it. */
export interface PulledImage {
  /** Of its manifest. */
  readonly digest: Digest;
  readonly platform: string;
  readonly layers: readonly Digest[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly created: string;
  /** Files by path without a leading slash; folders end in one. */
  readonly files: ReadonlyMap<string, ImageFile>;
}

interface Document {
  readonly manifests: readonly { digest: Digest; platform: { os: string; architecture: string } }[];
  readonly annotations?: Record<string, string>;
  readonly config: { digest: Digest };
  readonly layers: readonly { digest: Digest; mediaType: string }[] | null;
}

/** Pulls every platform of an index, in its order. */
export async function pull(registry: Registry, from: Repository, tag: string): Promise<readonly PulledImage[]> {
  const { manifests, annotations = {} } = await document(registry, from, tag);
  return Promise.all(
    manifests.map(async ({ digest, platform }) => {
      const { config, layers } = await document(registry, from, digest);
      const configuration = JSON.parse((await blob(registry, from, config.digest)).toString());
      const files = new Map<string, ImageFile>();
      for (const layer of layers ?? [])
        await addFiles(files, await blob(registry, from, layer.digest), layer.mediaType);
      return {
        digest,
        platform: `${platform.os}/${platform.architecture}`,
        layers: (layers ?? []).map((layer) => layer.digest),
        labels: configuration.config.Labels ?? {},
        annotations,
        created: configuration.created,
        files,
      };
    }),
  );
}

async function document(registry: Registry, from: Repository, reference: string): Promise<Document> {
  const found = await registry.manifest(from, reference);
  if (!found) throw new Error(`No ${from.name}:${reference} in the registry`);
  return JSON.parse(Buffer.from(found.body).toString());
}

function blob(registry: Registry, from: Repository, digest: Digest): Promise<Buffer> {
  return buffer(registry.blob(from, digest));
}

async function addFiles(files: Map<string, ImageFile>, layer: Buffer, mediaType: string): Promise<void> {
  const tar = mediaType.endsWith("+zstd") ? zstdDecompressSync(layer) : gunzipSync(layer);
  for (const { header, data } of await unpackTar(tar)) {
    const { name, mode = 0, mtime, uid, gid } = header;
    files.set(name.replace(/^\//, ""), {
      text: Buffer.from(data ?? []).toString(),
      mode,
      time: (mtime?.getTime() ?? 0) / 1000,
      owner: `${uid}:${gid}`,
    });
  }
}
