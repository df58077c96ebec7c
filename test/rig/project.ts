import type { Target } from "../../src/model/target.ts";
import type { PlannedProject } from "../../src/task.ts";

const place = { address: "localhost:5050", builderAddress: "localhost:5050", prefix: "", named: false };

/** A resolved target as the configuration would give it for `image:tag`, with what the test is about overridden. */
export function target(id: string, changes: Partial<Target> = {}): Target {
  const [image = "", tag = ""] = id.split(":");
  return {
    id,
    image,
    tag,
    variant: null,
    reference: tag,
    platforms: ["linux/amd64"],
    aliases: [],
    repository: image,
    publish: [place],
    dockerfile: { text: "FROM scratch\n", bound: "FROM scratch\n", source: null, lines: [0], bases: [] },
    tests: [],
    sbom: false,
    stage: null,
    context: { folder: null, exclude: [], modes: {} },
    overlays: [],
    files: [],
    buildArgs: {},
    labels: {},
    annotations: {},
    secrets: [],
    ssh: [],
    cacheVersion: "",
    epoch: 315532800,
    compression: "gzip",
    ...changes,
  };
}

/** A target whose Dockerfile starts from others of the project. */
export function childOf(id: string, ...parents: readonly string[]): Target {
  const bases = parents.map((parent, i) => ({
    name: `im-base-${i}`,
    from: { target: parent },
    on: ["target"] as const,
  }));
  const { dockerfile } = target(id);
  return target(id, { dockerfile: { ...dockerfile, bases } });
}

export function project(targets: readonly Target[]): PlannedProject {
  const testing = { driver: "buildkit", timeout: 60_000 } as const;
  return {
    registry: place,
    targets,
    files: [],
    archive: false,
    testing,
    cache: null,
    limits: {},
    retry: {},
    notices: [],
    buildPlatform: "linux/amd64",
  };
}
