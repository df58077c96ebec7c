import { sha256 } from "../graph/key.ts";
import type { Descriptor, Manifest, Uploadable } from "../ports.ts";
import { manifestType, ociDocument } from "./document.ts";

/** A file that is attached to an image. */
export interface ArtifactFile extends Pick<Descriptor, "digest" | "size"> {
  /** Media type of the file; the artifact has the same type. */
  readonly type: string;
  /** What the file is called when somebody fetches it. */
  readonly title: string;
  /** Shown where the artifact is listed. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest that attaches one file to an image (image-spec 1.1, "Guidelines for Artifact Usage"). */
export function artifactOf(
  { mediaType, digest, size }: Pick<Descriptor, "mediaType" | "digest" | "size">,
  { type, title, annotations, ...file }: ArtifactFile,
): Manifest {
  const layer = { mediaType: type, ...file, annotations: { "org.opencontainers.image.title": title } };
  return ociDocument(manifestType, {
    artifactType: type,
    config: { mediaType: "application/vnd.oci.empty.v1+json", digest: empty.digest, size: empty.size },
    layers: [layer],
    subject: { mediaType, digest, size },
    ...(annotations && { annotations }),
  });
}

/** `{}`: the configuration of what needs none, a blob like any other. */
export const empty: Uploadable = uploadOf("{}");

/** A text as a blob, in UTF-8. */
export function uploadOf(text: string): Uploadable {
  const bytes = new TextEncoder().encode(text);
  const open = async function* () {
    yield bytes;
  };
  return { digest: `sha256:${sha256(text)}`, size: bytes.byteLength, open };
}
