import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import { createReportFolder } from "../infrastructure/report/folder.ts";
import type { Listener } from "../src/events.ts";
import type { Blobs } from "../src/ports.ts";
import { changesBetween } from "../src/report/changes.ts";
import type { Package, Report } from "../src/report/document.ts";
import type { Fact } from "../src/report/fact.ts";
import { type CycloneDx, packagesOf } from "../src/report/packages.ts";
import { type Boms, imagesAfter } from "../src/report/report.ts";
import { type Finished, runReportOf } from "../src/report/run.ts";
import { reportText } from "../src/report/text.ts";
import type { Context } from "./context.ts";
import { factsOf } from "./facts.ts";
import type { Flags } from "./flags.ts";
import { projectFolder } from "./project.ts";
import type { ReportFile, ReportFormat } from "./report-files.ts";
import type { Session } from "./session.ts";

/** Keeps how tasks ended while a listener hears of everything. */
export function recorded(listener: Listener): { readonly listener: Listener; readonly finished: readonly Finished[] } {
  const finished: Finished[] = [];
  const both: Listener = (event) => {
    if (event.type === "task-finished") finished.push(event);
    listener(event);
  };
  return { listener: both, finished };
}

/** A run as reports tell of it. */
export interface ReportedRun {
  readonly finished: readonly Finished[];
  /** Milliseconds. */
  readonly duration: number;
  /** What the command line asks for beside dist/. */
  readonly files: readonly ReportFile[];
}

/** Brings the report in dist/ up to date with a run, and writes the files that were asked for. */
export async function writeReports(
  context: Context,
  { project, world }: Session,
  flags: Flags,
  { finished, duration, files }: ReportedRun,
): Promise<void> {
  const root = projectFolder(context, flags);
  const folder = createReportFolder(join(root, "dist"));
  const facts = factsOf(finished, hiding(root, context.environment.home));
  const run = runReportOf(finished, world.clock.now(), duration);
  const update = async (): Promise<{ readonly report: Report; readonly changed: boolean }> => {
    const before = folder.read();
    const boms = await bomsOf(facts, before, world.ports.blobs);
    const images = imagesAfter(project, { facts, boms }, before?.images ?? []);
    const changed = folder.page() === "none" || !isDeepStrictEqual(images, before?.images);
    return { report: { schema: 1, run, changes: before && changesBetween(before.images, images), images }, changed };
  };
  const { report, changed } = await update();
  if (changed) {
    // Another run may have written its part since; this run's own end is no reason not to wait for it.
    await using _ = await world.locks.hold(`reports ${root}`, () => {}, new AbortController().signal);
    await folder.write((await update()).report);
    if (folder.page() === "foreign") world.emit({ type: "warning", message: foreignPage });
  }
  const thisRunOnly = { ...report, images: imagesAfter(project, { facts, boms: new Map() }, []) };
  for (const { format, file } of files) await writeFile(file, await writers[format](report, thisRunOnly));
}

const foreignPage =
  "dist/index.html is not image-manager's and was left alone; --report html=FILE writes the page elsewhere";

/** Tests that were not run this time are in no JUnit report: CI systems take what they find for its results. */
const writers: Readonly<Record<ReportFormat, (report: Report, thisRunOnly: Report) => Promise<string>>> = {
  json: async (report) => reportText(report),
  html: async (report) => (await import("../infrastructure/report/html/page.ts")).htmlPage(report),
  junit: async (_, thisRunOnly) => (await import("../infrastructure/report/junit.ts")).junit(thisRunOnly),
};

/** The packages of every document among the facts; those of the last report need no reading. */
export async function bomsOf(facts: readonly Fact[], before: Report | null, blobs: Blobs): Promise<Boms> {
  const platforms = (before?.images ?? []).flatMap(({ targets }) => targets.flatMap((target) => target.platforms));
  const known = platforms.flatMap(({ packages }) => (packages ? [[packages.sbom, packages.list] as const] : []));
  const boms = new Map<string, readonly Package[]>(known);
  for (const fact of facts) {
    if (fact.of !== "packages" || boms.has(fact.sbom.sha256)) continue;
    boms.set(fact.sbom.sha256, packagesOf((await json(blobs.open(fact.sbom))) as CycloneDx));
  }
  return boms;
}

/** Reports go to other machines: where things lie on this one is nobody's business there. */
function hiding(project: string, home: string): (text: string) => string {
  const hide = (text: string, folder: string, instead: string) =>
    folder === "/" ? text : text.replaceAll(`${folder}/`, instead);
  return (text) => hide(hide(text, project, ""), home, "~/");
}
