import type { Digest } from "../../../src/entry.ts";
import { json, type Methods } from "./http.ts";
import { type ManifestFacts, ociIndex } from "./manifest.ts";
import { readDigest } from "./names.ts";
import { names, readText, type Storage, sizeOf } from "./storage.ts";

/** The descriptor of a manifest in its subject's list of referrers. */
interface Referrer {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: unknown;
}

/** `/v2/<name>/referrers/<digest>`: end-12 of the specification. */
export function referrers(storage: Storage): Methods {
  return {
    GET: async ({ name, target, query }) => {
      const all = await referrersOf(storage, name, readDigest(target));
      const wanted = query.get("artifactType");
      const manifests = wanted === null ? all : all.filter(({ artifactType }) => artifactType === wanted);
      const applied = wanted === null ? {} : { "oci-filters-applied": "artifactType" };
      return json({ schemaVersion: 2, mediaType: ociIndex, manifests }, { "content-type": ociIndex, ...applied });
    },
  };
}

export function describeReferrer(manifest: ManifestFacts, digest: Digest, size: number): Referrer {
  const { mediaType, artifactType, annotations } = manifest;
  return {
    mediaType,
    digest,
    size,
    ...(artifactType !== undefined && { artifactType }),
    ...(annotations !== undefined && { annotations }),
  };
}

/** Written before the manifest is there: what a crash left without its manifest is no referrer. */
async function referrersOf(storage: Storage, name: string, subject: Digest): Promise<readonly Referrer[]> {
  const files = (await names(storage.referrer(name, subject))).map((file) => file.replace("-", ":") as Digest);
  const found = files.map(async (digest) => {
    const text = await readText(storage.referrer(name, subject, digest));
    const linked = (await sizeOf(storage.link(name, "_manifests", digest))) !== undefined;
    return text && linked ? [JSON.parse(text) as Referrer] : [];
  });
  return (await Promise.all(found)).flat();
}
