import { join } from "node:path";
import { readDocuments } from "../infrastructure/image/manifest.ts";
import { createReportFolder } from "../infrastructure/report/folder.ts";
import type { Digest } from "../src/entry.ts";
import type { Platform } from "../src/model/platform.ts";
import type { Target } from "../src/model/target.ts";
import type { BuildReport, PlatformReport, TargetReport } from "../src/report/document.ts";
import {
  type InspectedImage,
  type InspectedPlatform,
  type InspectedTag,
  type Inspection,
  instructionsOf,
} from "../src/report/inspection.ts";
import { imagesAfter } from "../src/report/report.ts";
import type { Forecast, Foreseen } from "../src/run/foresee.ts";
import type { World } from "../src/run/world.ts";
import { repositoryAt } from "../tasks/build.ts";
import { differingTags, placesOf, referenceOf, tagsOf } from "../tasks/push/tags.ts";
import { factsOf } from "./facts.ts";
import { bomsOf } from "./reports.ts";
import type { Session } from "./session.ts";

/** What targets are looked at with. */
export interface Look {
  readonly world: World;
  readonly forecast: Forecast;
  readonly known: ReadonlyMap<string, TargetReport>;
  /** Null: all. */
  readonly platforms: readonly Platform[] | null;
  readonly signal: AbortSignal;
}

/** What is done, and what only the last run's report remembers: tests that failed. By target. */
export async function knownOf(
  { tasks, outputs }: Forecast,
  { project, world }: Session,
  folder: string,
): Promise<ReadonlyMap<string, TargetReport>> {
  const finished = tasks.flatMap((task) => {
    const output = outputs.get(task.id);
    return output === undefined
      ? []
      : [{ task, outcome: { state: "cached" as const, note: "", output, store: null, saved: 0 } }];
  });
  const facts = factsOf(finished, (text) => text);
  const before = createReportFolder(join(folder, "dist")).read()?.images ?? [];
  const boms = await bomsOf(facts, before, world.ports.blobs);
  const images = imagesAfter(project, { facts, boms }, before);
  return new Map(images.flatMap((image) => image.targets.map((target) => [target.id, target] as const)));
}

/** Puts together what is known of a target with what its registries say. */
export async function inspected(target: Target, look: Look): Promise<Inspection> {
  const report = look.known.get(target.id);
  if (report === undefined) throw new Error(`Internal error: nothing is known of ${target.id}`);
  const { id, repository, reference, aliases, parents } = report;
  const digest = foreseen(look, "manifest", target)?.state === "cached" ? report.digest : null;
  const shown = report.platforms.filter(({ platform }) => look.platforms?.includes(platform) ?? true);
  const [tags, platforms] = await Promise.all([
    inspectedTags(target, digest, look),
    Promise.all(shown.map((platform) => inspectedPlatform(target, platform, look))),
  ]);
  return { id, repository, reference, aliases, parents, digest, tags, platforms };
}

function foreseen({ forecast }: Look, kind: string, { id }: Target, platform: string | null = null) {
  return forecast.tasks.find((task) => task.kind === kind && task.target === id && task.platform === platform);
}

async function inspectedTags(target: Target, digest: Digest | null, look: Look): Promise<readonly InspectedTag[]> {
  const tags = tagsOf(target);
  const differing = await differingTags(tags, digest ?? "sha256:", look.world.ports.registry, look.signal);
  return tags.map((tag) => {
    const reference = referenceOf(tag);
    const other = differing.find((one) => referenceOf(one) === reference);
    return { reference, state: other === undefined ? "here" : other.exists ? "elsewhere" : "absent" };
  });
}

async function inspectedPlatform(target: Target, report: PlatformReport, look: Look): Promise<InspectedPlatform> {
  const { platform, build } = report;
  const task = foreseen(look, "build", target, platform);
  if (task?.state !== "cached" || build === null) return { platform, image: null, reason: reasonOf(task) };
  return { platform, image: await inspectedImage(target, report, build, look), reason: "" };
}

function reasonOf(task: Foreseen | undefined): string {
  return task?.reason ?? "unknown";
}

async function inspectedImage(
  target: Target,
  { platform, tests, packages }: PlatformReport,
  { digest, size, layers }: BuildReport,
  look: Look,
): Promise<InspectedImage> {
  const { registry, home } = look.world.ports;
  const image = { repository: repositoryAt(home, target.repository), digest, platform };
  const [documents, attached] = await Promise.all([
    readDocuments(registry, image, look.signal),
    attachedTo(target, digest, look),
  ]);
  const instructions = instructionsOf(documents.history, layers.length);
  const failed = tests.results.filter(({ errors }) => errors.length > 0).length;
  // A report may be older than the tests as they are now; what passed is remembered for as long as it counts.
  const stale = tests.state === "passed" && foreseen(look, "test", target, platform)?.state !== "cached";
  const results = stale
    ? { state: "not run" as const, passed: 0, failed: 0 }
    : { state: tests.state, passed: tests.results.length - failed, failed };
  return {
    ...{ digest, size, created: documents.created, config: documents.config },
    layers: layers.map((layer, i) => ({ ...layer, instruction: instructions[i] ?? null })),
    tests: results,
    packages: packages?.list.length ?? null,
    attached,
  };
}

/** SBOMs and test results at every place where the target is published, each once. */
async function attachedTo(target: Target, digest: Digest, look: Look): Promise<InspectedImage["attached"]> {
  const { registry } = look.world.ports;
  const places = placesOf(tagsOf(target));
  const lists = await Promise.all(places.map((place) => registry.referrers(place, digest, look.signal)));
  const found = new Map(lists.flat().map((one) => [one.digest, one]));
  return [...found.values()].map(({ artifactType, mediaType, digest, size }) => {
    return { type: artifactType ?? mediaType, digest, size };
  });
}
