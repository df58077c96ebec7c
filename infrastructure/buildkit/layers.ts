import { createHash } from "node:crypto";
import type { Builder, BuildRequest } from "../../src/ports.ts";
import { problemsOf } from "../../src/problem.ts";

/** Where BuildKit keeps layers for others, as the daemon reaches it. Its credentials are in the daemon's environment. */
export interface LayerCache {
  /** `http://localhost:3900`; null: Amazon's own for the region. */
  readonly endpoint: string | null;
  readonly region: string;
  readonly bucket: string;
  /** Put before every name: `main/layers/`. */
  readonly prefix: string;
  readonly pathStyle: boolean;
  /** Branches whose layers are taken, the nearest first. */
  readonly from: readonly string[];
  /** The branch for which the layers of a build are kept; null: they are not. */
  readonly to: string | null;
}

/** What tells the layers of one build from another's. */
type Named = Pick<BuildRequest, "destination" | "target" | "platform">;

/** The arguments of `buildctl build` for a cache of layers (BuildKit 0.26, README "S3 cache"). */
export function layerArguments(request: Named, cache: LayerCache): readonly string[] {
  const place = {
    type: "s3",
    ...(cache.endpoint === null ? {} : { endpoint_url: cache.endpoint, use_path_style: cache.pathStyle }),
    region: cache.region,
    bucket: cache.bucket,
    prefix: cache.prefix,
  };
  const imports = cache.from.map((branch) => ({ ...place, name: layersName(request, branch) }));
  // Whatever is wrong with the cache, the image is built and pushed by then.
  const kept = { mode: "max", "ignore-error": true };
  const exports = cache.to === null ? [] : [{ ...place, name: layersName(request, cache.to), ...kept }];
  return [
    ...imports.flatMap((one) => ["--import-cache", attributes(one)]),
    ...exports.flatMap((one) => ["--export-cache", attributes(one)]),
  ];
}

function attributes(values: Readonly<Record<string, string | boolean>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}

/**
 * What the list of a build's layers is called: `team-node_24.11.0_linux-amd64_main_1f0a2b3c`. Builds of one name replace
 * each other's list, so there is one for each repository, tag, platform and branch; the digits tell names apart that
 * differ in signs only.
 */
export function layersName({ destination, target, platform }: Named, branch: string): string {
  const parts = [destination.name, target.slice(target.indexOf(":") + 1), platform, branch];
  const digits = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 8);
  return [...parts.map((part) => part.replace(/[^A-Za-z0-9.-]+/g, "-").slice(0, 100)), digits].join("_");
}

/** A builder that does a build once more with another one, without layers of others, when one of those cannot be had. */
export function withoutLostLayers(builder: Builder, alone: Builder): Builder {
  return {
    build: async (request, report, signal) => {
      try {
        return await builder.build(request, report, signal);
      } catch (error) {
        if (signal.aborted || problemsOf(error)[0]?.code !== "layer-lost") throw error;
        report({ kind: "log", line: "A layer is not in the shared cache any more; building once more without it" });
        return await alone.build(request, report, signal);
      }
    },
  };
}
