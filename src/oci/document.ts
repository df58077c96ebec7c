import { sha256 } from "../graph/key.ts";
import { canonical, type Json } from "../json.ts";
import type { Manifest } from "../ports.ts";

/** Media type of an image manifest and of an index (image-spec 1.1). */
export const manifestType = "application/vnd.oci.image.manifest.v1+json";
export const indexType = "application/vnd.oci.image.index.v1+json";

/** A manifest or index of the content given, as canonical JSON: made anywhere and at any time it has the same digest. */
export function ociDocument(mediaType: string, content: object): Manifest {
  const text = canonical({ schemaVersion: 2, mediaType, ...content } as unknown as Json);
  const body = new TextEncoder().encode(text);
  return { descriptor: { mediaType, digest: `sha256:${sha256(text)}`, size: body.byteLength }, body };
}
