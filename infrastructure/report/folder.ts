import { closeSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../src/report/document.ts";
import { readReport, reportText } from "../../src/report/text.ts";
import { lookAt, placeIn } from "../files/place.ts";

/** The report on a project in its dist/, as a document and as a page. */
export interface ReportFolder {
  /** The last report; null when there is none, or it is damaged. */
  read(): Report | null;
  /** `foreign`: dist/ is somebody else's as well, and so is its index.html. */
  page(): "ours" | "foreign" | "none";
  /** Leaves a foreign page alone. */
  write(report: Report): Promise<void>;
  /** Gives what was removed, absolute. */
  remove(): readonly string[];
}

/** `folder` is dist/, absolute. */
export function createReportFolder(folder: string): ReportFolder {
  const [document, page] = [join(folder, "report.json"), join(folder, "index.html")];
  const read = () => (lookAt(document)?.isFile() ? readReport(readFileSync(document, "utf8")) : null);
  const pageState = () => (lookAt(page) === undefined ? "none" : isOurs(page) ? "ours" : "foreign");
  return {
    read,
    page: pageState,
    write: async (report) => {
      const { htmlPage } = await import("./html/page.ts");
      if (pageState() !== "foreign") {
        await placeIn(folder, "index.html", (file) => writeFileSync(file, htmlPage(report)));
      }
      await placeIn(folder, "report.json", (file) => writeFileSync(file, reportText(report)));
    },
    remove: () => {
      const ours = [...(read() === null ? [] : [document]), ...(pageState() === "ours" ? [page] : [])];
      for (const path of ours) rmSync(path);
      return ours;
    },
  };
}

/** A page of this tool says so in its first lines. */
function isOurs(page: string): boolean {
  if (!lookAt(page)?.isFile()) return false;
  const file = openSync(page, "r");
  const start = Buffer.alloc(256);
  try {
    readSync(file, start);
  } finally {
    closeSync(file);
  }
  return start.includes('<meta name="generator" content="image-manager">');
}
