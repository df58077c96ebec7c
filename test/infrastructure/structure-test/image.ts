import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { packTar, type TarEntry } from "modern-tar";
import { findProgram } from "../../../infrastructure/tools/find.ts";
import type { ImageAt, Registry, Repository } from "../../../src/ports.ts";
import { blobOf, document, sha256 } from "../registry/images.ts";

export interface ImageContent {
  /** Text by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** What can be executed, by path. */
  readonly executables?: Readonly<Record<string, string | Uint8Array>>;
  /** Paths of programs: busybox under these names. */
  readonly programs?: readonly string[];
  readonly folders?: readonly string[];
  /** `config` of the image's configuration. */
  readonly config?: object;
  readonly architecture?: string;
}

/** Pushes an image of one layer, by digest. */
export async function pushImage(registry: Registry, repository: Repository, content: ImageContent): Promise<ImageAt> {
  const { config = {}, architecture = "amd64" } = content;
  const tar = await packTar(await entriesOf(content));
  const layer = blobOf(gzipSync(tar, { level: 1 }));
  const rootfs = { type: "layers", diff_ids: [sha256(tar)] };
  const configuration = blobOf(Buffer.from(JSON.stringify({ os: "linux", architecture, config, rootfs })));
  await Promise.all([registry.putBlob(repository, configuration), registry.putBlob(repository, layer)]);
  const made = document("application/vnd.oci.image.manifest.v1+json", {
    config: { mediaType: "application/vnd.oci.image.config.v1+json", ...place(configuration) },
    layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", ...place(layer) }],
  });
  await registry.putManifest(repository, made.descriptor.digest, made);
  return { repository, digest: made.descriptor.digest, platform: `linux/${architecture}` };
}

async function entriesOf({
  files = {},
  executables = {},
  programs = [],
  folders = [],
}: ImageContent): Promise<TarEntry[]> {
  const program = programs.length > 0 ? await readFile(await busybox()) : Buffer.of();
  return [
    ...folders.map((name) => folderOf(`${name}/`)),
    ...Object.entries(files).map(([name, body]) => entryOf(name, Buffer.from(body), 0o644)),
    ...Object.entries(executables).map(([name, body]) => entryOf(name, Buffer.from(body), 0o755)),
    ...programs.map((name) => entryOf(name, program, 0o755)),
  ];
}

function folderOf(name: string): TarEntry {
  return { header: { name, size: 0, mode: 0o1777, type: "directory" } };
}

function entryOf(name: string, body: Uint8Array, mode: number): TarEntry {
  return { header: { name, size: body.byteLength, mode, type: "file" }, body };
}

async function busybox(): Promise<string> {
  const program = await findProgram("busybox", process.env.PATH ?? "");
  if (!program) throw new Error("No busybox: apt-get install busybox-static");
  return program;
}

function place({ digest, size }: { digest: string; size: number }) {
  return { digest, size };
}
