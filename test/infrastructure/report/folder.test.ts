import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createReportFolder } from "../../../infrastructure/report/folder.ts";
import { suite } from "../../rig/suite.ts";
import { sampleReport } from "./sample.ts";

const test = suite("report folder");
const report = sampleReport({ packages: 5 });

test("write() leaves a document and a page, and nothing else", async (t) => {
  const folder = join(await t.folder(), "dist");
  const reports = createReportFolder(folder);
  assert.equal([reports.read(), reports.page()], [null, "none"]);
  await reports.write(report);
  assert.equal([reports.read(), reports.page()], [report, "ours"]);
  assert.equal(readdirSync(folder).toSorted(), ["index.html", "report.json"]);
});

test("read() gives none for a damaged document", async (t) => {
  const folder = await t.folder();
  await writeFile(join(folder, "report.json"), '{"schema":1');
  assert.is(createReportFolder(folder).read(), null);
  await mkdir(join(folder, "other/report.json"), { recursive: true });
  assert.is(createReportFolder(join(folder, "other")).read(), null);
});

test("write() and remove() leave a foreign page alone", async (t) => {
  const folder = await t.folder();
  await writeFile(join(folder, "index.html"), "<title>Mine</title>");
  const reports = createReportFolder(folder);
  await reports.write(report);
  assert.is(reports.page(), "foreign");
  assert.is(await readFile(join(folder, "index.html"), "utf8"), "<title>Mine</title>");
  assert.equal(reports.remove(), [join(folder, "report.json")]);
  assert.ok(existsSync(join(folder, "index.html")));
});

test("remove() takes away what write() made", async (t) => {
  const folder = await t.folder();
  const reports = createReportFolder(folder);
  await reports.write(report);
  assert.equal(
    reports.remove(),
    ["report.json", "index.html"].map((name) => join(folder, name)),
  );
  assert.equal(readdirSync(folder), []);
  assert.equal(reports.remove(), []);
});
