import { createTarPacker } from "modern-tar";
import type { Digest } from "../../src/entry.ts";
import type { Descriptor, Manifest, Registry, Repository } from "../../src/ports.ts";
import { fail } from "../../src/problem.ts";

/** A file of the archive: its bytes, or a blob of the registry. */
interface Part {
  readonly name: string;
  readonly size: number;
  readonly content: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * The tar that `docker load` takes, which is an OCI image layout (image-spec 1.1) as well. Layers are streamed from
 * the registry one after the other, compressed as they are (zstd: for Docker 23 and later); equal images give equal
 * bytes.
 */
export async function* dockerArchive(
  registry: Registry,
  repository: Repository,
  digest: Digest,
  name: string,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const manifest = await registry.manifest(repository, digest, signal);
  if (!manifest) return fail(unknown(repository, digest));
  const { config, layers } = imageOf(manifest, repository);
  const blobs = [...new Map([config, ...layers].map((blob) => [blob.digest, blob])).values()];
  yield* tar([
    text("oci-layout", { imageLayoutVersion: "1.0.0" }),
    text("index.json", indexOf(manifest.descriptor, name)),
    text("manifest.json", [{ Config: pathOf(config), RepoTags: [name], Layers: layers.map(pathOf) }]),
    bytes(pathOf(manifest.descriptor), manifest.body),
    ...blobs.map((blob) => ({
      name: pathOf(blob),
      size: blob.size,
      content: () => registry.blob(repository, blob.digest, signal),
    })),
  ]);
}

function imageOf({ descriptor, body }: Manifest, repository: Repository) {
  const image = JSON.parse(new TextDecoder().decode(body)) as {
    readonly config?: Descriptor;
    /** BuildKit writes null for none. */
    readonly layers?: readonly Descriptor[] | null;
  };
  const { config, layers } = image;
  return config && layers !== undefined ? { config, layers: layers ?? [] } : fail(noImage(repository, descriptor));
}

/** containerd and skopeo find the image's name in annotations. */
function indexOf(manifest: Descriptor, name: string): object {
  const annotations = {
    "io.containerd.image.name": name,
    "org.opencontainers.image.ref.name": name.slice(name.lastIndexOf(":") + 1),
  };
  const mediaType = "application/vnd.oci.image.index.v1+json";
  return { schemaVersion: 2, mediaType, manifests: [{ ...manifest, annotations }] };
}

function pathOf({ digest }: { readonly digest: Digest }): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function text(name: string, value: unknown): Part {
  return bytes(name, new TextEncoder().encode(JSON.stringify(value)));
}

function bytes(name: string, body: Uint8Array): Part {
  return { name, size: body.byteLength, content: () => [body] };
}

/** Nothing but names and contents: no time, no owner. */
async function* tar(parts: readonly Part[]): AsyncGenerator<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const packing = pack(parts, controller);
  // A failure reaches the reader through the stream.
  packing.catch((error: unknown) => controller.error(error));
  yield* readable;
  await packing;
}

async function pack(parts: readonly Part[], controller: ReturnType<typeof createTarPacker>["controller"]) {
  for (const { name, size, content } of parts) {
    const writer = controller.add({ name, size, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 }).getWriter();
    for await (const chunk of content()) {
      // The body of a large file waits here until the reader has caught up.
      await writer.write(chunk);
    }
    await writer.close();
  }
  controller.finalize();
}

function unknown({ place, name }: Repository, digest: Digest) {
  const message = `Cannot archive ${place.address}/${name}@${digest}: it does not exist`;
  return { code: "manifest-unknown", kind: "task", message } as const;
}

function noImage({ place, name }: Repository, { digest, mediaType }: Descriptor) {
  const message = `Cannot archive ${place.address}/${name}@${digest}: it is no image for one platform`;
  return { code: "no-image", kind: "task", message, found: mediaType } as const;
}
