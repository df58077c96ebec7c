import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import { createReportFolder } from "../infrastructure/report/folder.ts";
import type { Listener } from "../src/events.ts";
import type { Blobs } from "../src/ports.ts";
import { changesBetween } from "../src/report/changes.ts";
import type { ImageReport, Package, Report } from "../src/report/document.ts";
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

/** A listener that keeps how tasks ended. */
export function collected(): { readonly listener: Listener; readonly finished: readonly Finished[] } {
  const finished: Finished[] = [];
  return { listener: (event) => void (event.type === "task-finished" && finished.push(event)), finished };
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
  const look = async (): Promise<Known> => {
    const before = folder.read()?.images;
    const boms = await bomsOf(facts, before ?? [], world.ports.blobs);
    return { before, images: imagesAfter(project, { facts, boms }, before ?? []) };
  };
  const run = runReportOf(finished, world.clock.now(), duration);
  const reportOf = ({ before, images }: Known): Report => {
    return { schema: 1, run, changes: before === undefined ? null : changesBetween(before, images), images };
  };
  const known = await look();
  if (folder.page() === "none" || !isDeepStrictEqual(known.images, known.before)) {
    // Another run may have written its part since; this run's own end is no reason not to wait for it.
    await using _ = await world.locks.hold(`reports ${root}`, () => {}, new AbortController().signal);
    await folder.write(reportOf(await look()));
    if (folder.page() === "foreign") world.emit({ type: "warning", message: foreignPage });
  }
  if (files.length === 0) return;
  const report = reportOf(known);
  const thisRunOnly = { ...report, images: imagesAfter(project, { facts, boms: new Map() }, []) };
  for (const { format, file } of files) await writeFile(file, await writers[format](report, thisRunOnly));
}

/** All images as they are known after the run, and as they were in the last report. */
interface Known {
  readonly before: readonly ImageReport[] | undefined;
  readonly images: readonly ImageReport[];
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
export async function bomsOf(facts: readonly Fact[], before: readonly ImageReport[], blobs: Blobs): Promise<Boms> {
  const platforms = before.flatMap(({ targets }) => targets.flatMap((target) => target.platforms));
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
