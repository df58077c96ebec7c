import type { Digest } from "../src/entry.ts";
import { sha256 } from "../src/graph/key.ts";
import { canonical } from "../src/json.ts";
import { type Platform, toOciPlatform } from "../src/model/platform.ts";
import type { Descriptor, Manifest } from "../src/ports.ts";
import { fail } from "../src/problem.ts";
import { defineTask, type TaskKind } from "../src/task.ts";
import { build, repositoryAt } from "./build.ts";

/** The index of a target in the home registry, and what it holds. */
export interface ManifestOutput {
  readonly digest: Digest;
  readonly repository: string;
  readonly platforms: readonly { readonly platform: Platform; readonly digest: Digest }[];
}

/** Assembles the OCI image index (image-spec 1.1) of a target, its platforms in declared order. */
export const manifest: TaskKind<ManifestOutput> = defineTask({
  kind: "manifest",
  version: 1,
  summary: "Assemble the multi-platform index of each target",
  plan: (target, planned) => [
    {
      spec: { repository: target.repository, platforms: target.platforms, annotations: annotationsOf(target) },
      needs: { builds: planned(build, target) },
    },
  ],
  run: async ({ repository, platforms, annotations }, { builds }, { registry, home }, signal) => {
    const place = repositoryAt(home, repository);
    const manifests = await Promise.all(
      builds.map(async ({ digest }, i) => {
        const found = await registry.head(place, digest, signal);
        return entryOf(found ?? lost(digest, `${home.address}/${place.name}`), platforms[i] ?? "linux/amd64");
      }),
    );
    const index = indexOf(manifests, annotations);
    const { digest } = await registry.putManifest(place, index.descriptor.digest, index, signal);
    const listed = builds.map((built, i) => ({ platform: platforms[i] ?? "linux/amd64", digest: built.digest }));
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

function entryOf({ mediaType, digest, size }: Descriptor, platform: Platform): Descriptor {
  return { mediaType, digest, size, platform: toOciPlatform(platform) };
}

function indexOf(manifests: readonly Descriptor[], annotations: Readonly<Record<string, string>>): Manifest {
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const text = canonical({
    schemaVersion: 2,
    mediaType,
    manifests: manifests.map((entry) => ({ ...entry })),
    annotations,
  } as never);
  const body = new TextEncoder().encode(text);
  return { descriptor: { mediaType, digest: `sha256:${sha256(text)}`, size: body.byteLength }, body };
}

function lost(digest: Digest, place: string): never {
  fail({
    code: "manifest-lost",
    kind: "task",
    message: `${digest} vanished from ${place}`,
    fix: "Run the command again.",
  });
}
