import { platformSlug } from "../src/model/platform.ts";
import type { Target } from "../src/model/target.ts";
import type { Inventory } from "../src/ports.ts";
import { defineTask, type TaskKind } from "../src/task.ts";
import { build, repositoryAt } from "./build.ts";
import { distOf } from "./render.ts";

/** Lists the packages of a target on each platform, as CycloneDX and SPDX. */
export const sbom: TaskKind<Inventory> = defineTask({
  kind: "sbom",
  version: 1,
  summary: "List the packages of targets (CycloneDX and SPDX) in dist/",
  queue: "test",
  plan: (target, planned) =>
    !target.sbom
      ? []
      : planned(build, target).flatMap((built) => {
          const { platform } = built;
          return platform === null ? [] : [{ ...pieceOf(target, platform), platform, needs: { built } }];
        }),
  run: ({ platform, name, version }, { built }, { scanner, home, report }, signal) => {
    const image = { repository: repositoryAt(home, built.repository), digest: built.digest, platform };
    return scanner.scan({ image, name, version }, report, signal);
  },
  missing: async ({ cyclonedx, spdx }, _, { blobs }) => {
    const there = (await blobs.has(cyclonedx)) && (await blobs.has(spdx));
    return there ? null : "the documents are no longer in the store";
  },
  restore: async ({ cyclonedx, spdx }, { paths }, { blobs, dist }) => {
    for (const [path, blob] of [[paths.cyclonedx, cyclonedx] as const, [paths.spdx, spdx] as const]) {
      if (!(await dist.holdsStream(path, blob.sha256))) await dist.writeStream(path, blob.sha256, blobs.open(blob));
    }
  },
  blobs: ({ cyclonedx, spdx }) => [cyclonedx, spdx],
  note: ({ packages }) => `${packages} packages`,
});

function pieceOf(target: Target, platform: Target["platforms"][number]) {
  const folder = target.platforms.length === 1 ? distOf(target) : `${distOf(target)}/${platformSlug(platform)}`;
  const paths = { cyclonedx: `${folder}/sbom.cyclonedx.json`, spdx: `${folder}/sbom.spdx.json` };
  return {
    spec: { platform, name: target.repository, version: target.reference, paths },
    inputs: { syft: { input: "tool", name: "syft" } as const },
    owns: [paths.cyclonedx, paths.spdx],
  };
}
