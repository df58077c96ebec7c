import type { Platform } from "../model/platform.ts";
import type { Context, Overlay, PreparedFile, RegistryPlace, Secret, Target } from "../model/target.ts";
import { buildArguments } from "./arguments.ts";
import { type CellPlan, repositoryOf } from "./cells.ts";
import type { Command } from "./command.ts";
import { annotationsOf, labelsOf } from "./labels.ts";
import type { Report } from "./report.ts";
import type { Settled } from "./settle.ts";
import type { SecretSource } from "./types.ts";

/** A target without what comes of rendering its Dockerfile and of seeing its family. */
export type Draft = Omit<Target, "dockerfile" | "aliases" | "tests">;

/** 1980-01-01, the oldest time that zip knows: old enough to clamp the time of every file. */
export const epochSeconds = 315532800;

export interface Surroundings {
  /** What is built for unless said. */
  readonly platform: Platform;
  readonly publish: readonly RegistryPlace[];
  readonly overlays: readonly Overlay[];
  readonly context: Context;
}

/** Fills in everything that nobody said. */
export function assemble(plan: CellPlan, settled: Settled, around: Surroundings, report: Report): Draft {
  const { id, image, tag, variant, reference } = plan;
  const labels = labelsOf(plan, settled);
  return {
    id,
    image: image.name,
    tag,
    variant,
    reference,
    platforms: [...new Set(settled.last("platforms")?.value ?? [around.platform])],
    repository: repositoryOf(image),
    publish: image.spec.publish ?? around.publish,
    sbom: settled.last("sbom")?.value ?? true,
    stage: settled.last("stage")?.value ?? null,
    context: around.context,
    overlays: around.overlays,
    files: Object.entries(settled.merged("files")).map(([path, command]) => toPreparedFile(path, command)),
    buildArgs: buildArguments(plan, settled, report),
    labels,
    annotations: annotationsOf(plan, labels),
    secrets: Object.entries(settled.merged("secrets")).map(([name, source]) => toSecret(name, source)),
    ssh: settled.last("ssh")?.value ?? [],
    cacheVersion: settled.last("cacheVersion")?.value ?? "",
    epoch: (settled.last("epoch")?.value ?? true) ? epochSeconds : null,
    compression: settled.last("compression")?.value ?? "gzip",
  };
}

function toPreparedFile(path: string, { refresh, mutex, ...command }: Command): PreparedFile {
  return { path, ...command, refresh: refresh === undefined ? null : toSeconds(refresh), mutex: mutex ?? null };
}

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `7d` in seconds. */
function toSeconds(period: string): number {
  return Number(period.slice(0, -1)) * (unitSeconds[period.slice(-1)] ?? 1);
}

function toSecret(id: string, { optional = false, ...source }: SecretSource): Secret {
  return { id, source: "env" in source ? { env: source.env } : { file: source.file }, optional };
}
