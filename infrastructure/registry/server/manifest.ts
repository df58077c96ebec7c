import type { Digest } from "../../../src/entry.ts";
import { refuse } from "./errors.ts";
import { isDigest } from "./names.ts";

/** What the registry has to know of a manifest or an index (OCI image-spec 1.1). */
export interface ManifestFacts {
  readonly mediaType: string;
  /** What must be in the repository before it: config, layers, manifests of an index. */
  readonly references: readonly Digest[];
  readonly subject?: Digest;
  /** Part of its descriptor among the referrers of its subject. */
  readonly artifactType?: string;
  readonly annotations?: unknown;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
}

type Document = Readonly<Record<string, unknown>>;

const ociManifest = "application/vnd.oci.image.manifest.v1+json";
export const ociIndex = "application/vnd.oci.image.index.v1+json";
const manifestTypes = [ociManifest, "application/vnd.docker.distribution.manifest.v2+json"];
const indexTypes = [ociIndex, "application/vnd.docker.distribution.manifest.list.v2+json"];

/** Layers that may lie elsewhere and so need not be here. */
const foreign = /^application\/vnd\.(oci\.image\.layer\.nondistributable|docker\.image\.rootfs\.foreign)\./;

/** Reads a manifest. `contentType` is the header it was sent with. @throws Refusal MANIFEST_INVALID */
export function readManifest(body: Buffer, contentType: string | undefined): ManifestFacts {
  const document = parse(body);
  const mediaType = typeOf(document, contentType?.split(";")[0]?.trim());
  if (manifestTypes.includes(mediaType) && !("config" in document && "layers" in document))
    invalid("no config or layers");
  if (indexTypes.includes(mediaType) && !("manifests" in document)) invalid("no manifests");
  const config = "config" in document ? descriptor(document.config, "config") : undefined;
  const rest = ["layers", "manifests", "blobs"].flatMap((key) => descriptors(document[key], key));
  const needed = [...(config ? [config] : []), ...rest].filter((each) => !foreign.test(each.mediaType));
  const artifactType = document.artifactType || config?.mediaType;
  return {
    mediaType,
    references: [...new Set(needed.map((each) => each.digest))],
    ...(document.subject != null && { subject: descriptor(document.subject, "subject").digest }),
    ...(typeof artifactType === "string" && { artifactType }),
    ...(isDocument(document.annotations) && { annotations: document.annotations }),
  };
}

function parse(body: Buffer): Document {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return invalid("not JSON");
  }
  if (!isDocument(value)) return invalid("not an object");
  if (value.schemaVersion !== undefined && value.schemaVersion !== 2) return invalid("schemaVersion is not 2");
  return value;
}

/** The header and the field must agree; where both are missing, the form tells. */
function typeOf(document: Document, header: string | undefined): string {
  const { mediaType } = document;
  if (mediaType !== undefined && typeof mediaType !== "string") return invalid("mediaType is not a text");
  if (header && mediaType && header !== mediaType) return invalid(`mediaType ${mediaType} was sent as ${header}`);
  return header || mediaType || ("manifests" in document ? ociIndex : ociManifest);
}

/** BuildKit writes `null` for no layers, as Go does; every other registry takes it. */
function descriptors(value: unknown, key: string): readonly Descriptor[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value.map((each) => descriptor(each, key)) : invalid(`${key} is not a list`);
}

function descriptor(value: unknown, key: string): Descriptor {
  if (!isDocument(value) || !isDigest(value.digest)) return invalid(`${key} has no valid digest`);
  return { digest: value.digest, mediaType: String(value.mediaType ?? "") };
}

function isDocument(value: unknown): value is Document {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(why: string): never {
  return refuse("MANIFEST_INVALID", `Invalid manifest: ${why}`);
}
