import * as assert from "uvu/assert";
import { readReport, reportText } from "../../../src/report/text.ts";
import { sampleReport } from "../../infrastructure/report/sample.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("text of a report");

test("readReport() reads what reportText() wrote", () => {
  const report = sampleReport({ packages: 5 });
  const text = reportText(report);
  assert.equal(readReport(text), report);
  assert.equal(Object.keys(JSON.parse(text)), ["checksum", "schema", "run", "changes", "images"]);
});

test("readReport() takes a damaged report, or one of another form, for none", () => {
  const report = sampleReport({ packages: 5 });
  const text = reportText(report);
  const others = [
    "",
    "{}",
    text.slice(0, -20),
    text.replace("node", "nude"),
    reportText({ ...report, schema: 2 as 1 }),
  ];
  assert.equal(
    others.map(readReport),
    others.map(() => null),
  );
});
