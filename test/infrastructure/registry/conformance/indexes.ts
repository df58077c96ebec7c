import { artifact, describe, image, index, manifestType, putByDigest } from "./documents.ts";
import { refused } from "./expect.ts";
import { roundTrip } from "./manifests.ts";
import type { Cases } from "./repository.ts";

/** Pushing and pulling indexes: end-3 and 7. */
export const indexes: Cases = {
  "an index is pushed and pulled": roundTrip(async (repository) => {
    const platforms = ["amd64", "arm64"].map(async (architecture) => {
      const descriptor = await putByDigest(repository, await image(repository, { annotations: { architecture } }));
      return { ...descriptor, platform: { os: "linux", architecture } };
    });
    return index(await Promise.all(platforms));
  }),
  "an index in an index is pushed and pulled": roundTrip(async (repository) => {
    const inner = index([await putByDigest(repository, await image(repository))]);
    return index([await putByDigest(repository, inner)]);
  }),
  "an index of nothing is pushed and pulled": roundTrip(async () => index([])),
  "an index of artifacts is pushed and pulled": roundTrip(async (repository) => {
    const child = await putByDigest(repository, await artifact(repository, "application/x.test"));
    return index([child], { artifactType: "application/x.tests" });
  }),
  "a Docker manifest list is pushed and pulled": roundTrip(async (repository) => {
    const child = await putByDigest(repository, await image(repository));
    return {
      schemaVersion: 2,
      mediaType: "application/vnd.docker.distribution.manifest.list.v2+json",
      manifests: [{ ...child, platform: { os: "linux", architecture: "amd64" } }],
    };
  }),
  // The specification lets registries take it; but then what is pulled may not be whole.
  "an index of an unknown manifest is refused": async (repository) => {
    const unknown = describe({ schemaVersion: 2, mediaType: manifestType, note: "never pushed" });
    refused(await repository.put("sparse", index([unknown])), "MANIFEST_BLOB_UNKNOWN", 400, 404);
  },
};
