import type { Digest } from "../../../src/entry.ts";
import type { Registry, Repository, Uploadable } from "../../../src/ports.ts";
import { fail } from "../../../src/problem.ts";
import { contentOf } from "./manifest.ts";
import { referenceOf } from "./repository.ts";
import type { UploadOptions } from "./upload.ts";

/** Uploads a blob, mounted where the options name a repository of the same registry. */
export type Put = (to: Repository, blob: Uploadable, options: UploadOptions) => Promise<void>;

interface Way {
  readonly from: Repository;
  readonly to: Repository;
  readonly signal: AbortSignal | undefined;
}

/** Copies everything below a digest, and then what holds it together: at no moment is something there with parts missing. */
export async function copyTree(
  registry: Pick<Registry, "head" | "manifest" | "blob" | "putManifest"> & { readonly put: Put },
  way: Way,
  digest: Digest,
): Promise<void> {
  const { from, to, signal } = way;
  if (await registry.head(to, digest, signal)) return;
  const manifest = await registry.manifest(from, digest, signal);
  if (!manifest) return missing(way, digest);
  const { manifests, blobs } = contentOf(manifest);
  const options = { signal, ...(from.place.address === to.place.address && { mountFrom: from }) };
  await Promise.all([
    ...manifests.map((child) => copyTree(registry, way, child.digest)),
    ...blobs.map(({ digest, size }) =>
      registry.put(to, { digest, size, open: () => registry.blob(from, digest, signal) }, options),
    ),
  ]);
  await registry.putManifest(to, digest, manifest, signal);
}

function missing({ from, to }: Way, digest: Digest): never {
  const message = `Cannot copy ${referenceOf(from, digest)} to ${to.place.address}/${to.name}: it does not exist`;
  fail({ code: "manifest-unknown", kind: "task", message });
}
