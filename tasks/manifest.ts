import type { Digest } from "../src/entry.ts";
import { type Platform, toOciPlatform } from "../src/model/platform.ts";
import { indexType, ociDocument } from "../src/oci/document.ts";
import type { Descriptor } from "../src/ports.ts";
import { fail } from "../src/problem.ts";
import { defineTask, type TaskKind } from "../src/task.ts";
import { build, repositoryAt } from "./build.ts";

/** The index of a target in the home registry, and what it holds. */
export interface ManifestOutput {
  readonly digest: Digest;
  readonly repository: string;
  readonly platforms: readonly PlatformManifest[];
}

/** Descriptor of the manifest of one platform. */
export interface PlatformManifest extends Pick<Descriptor, "mediaType" | "digest" | "size"> {
  readonly platform: Platform;
}

/** Assembles the OCI image index (image-spec 1.1) of a target, its platforms in declared order. */
export const manifest: TaskKind<ManifestOutput> = defineTask({
  kind: "manifest",
  version: 2,
  summary: "Assemble the multi-platform index of each target",
  plan: (target, planned) => [
    {
      spec: { repository: target.repository, platforms: target.platforms, annotations: annotationsOf(target) },
      needs: { builds: planned(build, target) },
    },
  ],
  run: async ({ repository, platforms, annotations }, { builds }, { registry, home }, signal) => {
    const place = repositoryAt(home, repository);
    const listed = await Promise.all(
      builds.map(async (built, i) => {
        const found = await registry.head(place, built.digest, signal);
        const { mediaType, digest, size } = found ?? lost(built.digest, `${home.address}/${place.name}`);
        return { mediaType, digest, size, platform: platforms[i] ?? "linux/amd64" };
      }),
    );
    const manifests = listed.map(({ platform, ...entry }) => ({ ...entry, platform: toOciPlatform(platform) }));
    const index = ociDocument(indexType, { manifests, annotations });
    const { digest } = await registry.putManifest(place, index.descriptor.digest, index, signal);
    return { digest, repository, platforms: listed };
  },
  missing: async ({ digest, repository }, _, { registry, home }, signal) => {
    const found = await registry.head(repositoryAt(home, repository), digest, signal);
    return found ? null : `${digest.slice(0, 19)}… is not in ${home.address}/${home.prefix}${repository}`;
  },
  note: ({ digest }) => digest.slice(0, 19),
});

/** The annotation by which `push` knows that a tag would move backwards. */
export const versionAnnotation = "org.opencontainers.image.version";

function annotationsOf({
  annotations,
  tag,
}: {
  readonly annotations: Readonly<Record<string, string>>;
  readonly tag: string;
}) {
  return { ...annotations, [versionAnnotation]: tag };
}

function lost(digest: Digest, place: string): never {
  fail({
    code: "manifest-lost",
    kind: "task",
    message: `${digest} vanished from ${place}`,
    fix: "Run the command again.",
  });
}
