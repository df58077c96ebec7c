import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../src/report/document.ts";
import { readReport } from "../../src/report/read.ts";
import { lookAt, placeIn } from "../files/place.ts";

/** The report on a project in its dist/, as a document and as a page. */
export interface ReportFolder {
  /** The last report; null when there is none, or it is damaged. */
  read(): Report | null;
  hasPage(): boolean;
  write(report: Report): Promise<void>;
}

const names = { document: "report.json", page: "index.html" };

/** `folder` is dist/, absolute. */
export function createReportFolder(folder: string): ReportFolder {
  const isFile = (name: string) => lookAt(join(folder, name))?.isFile() === true;
  return {
    read: () => (isFile(names.document) ? readReport(readFileSync(join(folder, names.document), "utf8")) : null),
    hasPage: () => isFile(names.page),
    write: async (report) => {
      const { htmlPage } = await import("./html/page.ts");
      const texts = [
        [names.page, htmlPage(report)],
        [names.document, documentText(report)],
      ] as const;
      for (const [name, text] of texts) await placeIn(folder, name, (file) => writeFileSync(file, text));
    },
  };
}

/** On one line: most of it are packages, and blanks would double it. */
export function documentText(report: Report): string {
  return `${JSON.stringify(report)}\n`;
}
