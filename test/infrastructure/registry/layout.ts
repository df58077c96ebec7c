import { createHash, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const mebibyte = 1024 * 1024;

/**
 * Writes an OCI image layout with one image, tagged `test`, whose layers are random bytes of these many MiB; gives the
 * manifest's digest. The layers are gzip files: others skopeo would compress, which takes longer than the transfer.
 */
export async function writeLayout(folder: string, layers: readonly number[]): Promise<string> {
  const hexOf = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
  const put = async (mediaType: string, content: Uint8Array) => {
    const hex = hexOf(content);
    await writeFile(join(folder, "blobs/sha256", hex), content);
    return { mediaType, digest: `sha256:${hex}`, size: content.length };
  };
  const putJson = (mediaType: string, value: unknown) => put(mediaType, Buffer.from(JSON.stringify(value)));
  await mkdir(join(folder, "blobs/sha256"), { recursive: true });
  const content = [];
  const diffIds = [];
  for (const size of layers) {
    const bytes = randomBytes(size * mebibyte);
    diffIds.push(`sha256:${hexOf(bytes)}`);
    content.push(await put("application/vnd.oci.image.layer.v1.tar+gzip", gzipSync(bytes, { level: 0 })));
  }
  const config = await putJson("application/vnd.oci.image.config.v1+json", {
    architecture: "amd64",
    os: "linux",
    rootfs: { type: "layers", diff_ids: diffIds },
  });
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = await putJson(mediaType, { schemaVersion: 2, mediaType, config, layers: content });
  const annotations = { "org.opencontainers.image.ref.name": "test" };
  await writeFile(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations }] };
  await writeFile(join(folder, "index.json"), JSON.stringify(index));
  return manifest.digest;
}
