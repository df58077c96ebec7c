import * as assert from "uvu/assert";
import { formatLog, formatRun, formatRuns } from "../../../infrastructure/terminal/runs.ts";
import type { RunRecord } from "../../../src/record/record.ts";
import { suite } from "../../rig/suite.ts";
import { failedStep, summary, taskOf } from "./sample.ts";

const test = suite("runs for people");

const build = "build node:24.11.0 linux/amd64";
const record: RunRecord = {
  schema: 1,
  id: "20261120-160312-417",
  command: "image-manager all node",
  at: "2026-11-20T16:03:12.417Z",
  tasks: [
    {
      task: taskOf("render node:24.11.0"),
      reason: "not made before",
      outcome: { state: "ran", duration: 3, note: "", output: null },
      log: false,
    },
    {
      task: taskOf(build),
      reason: "x",
      outcome: { state: "failed", duration: 12_400, problems: [failedStep] },
      log: true,
    },
    { task: taskOf("push node:24.11.0"), reason: null, outcome: { state: "skipped", because: build }, log: false },
  ],
  summary: summary({ ran: 1, cached: 20, failed: 1, skipped: 1, duration: 13_000, problems: [failedStep] }),
};

test("formatRuns() has a line for each run", () => {
  const idle = { ...record, id: "20261120-160500-002", tasks: [], summary: summary({ cached: 22, duration: 60 }) };
  assert.is(
    formatRuns([idle, record]),
    `20261120-160500-002  2026-11-20 16:03 UTC  done    0.06 s  22 cached                              image-manager all node
20261120-160312-417  2026-11-20 16:03 UTC  failed  13.0 s  1 ran, 20 cached, 1 failed, 1 skipped  image-manager all node`,
  );
  assert.is(formatRuns([]), "No run of this project is remembered");
});

test("formatRun() ends as the run did, and says where the log is", () => {
  assert.is(
    formatRun(record, { color: false, columns: 100 }),
    `Run 20261120-160312-417, 2026-11-20 16:03 UTC: image-manager all node
 ✔ render  node:24.11.0   0.00 s
 ✘ build   node:24.11.0   failed after 12.4 s

✘ build node:24.11.0 linux/amd64 failed after 12.4 s

   images/node/Dockerfile.jinja2:7 (dist/node/24.11.0/Dockerfile:9)
   9 │ RUN npm install -g npm@11.66.0
   [3/5] RUN npm install -g npm@11.66.0 failed: exit code: 1; the last lines:
     npm error code ETARGET
     npm error notarget No matching version found for npm@11.66.0.

   Again, by hand: image-manager build node:24.11.0 --platform linux/amd64 --no-cache
   Whole log:      image-manager runs show --log "build node:24.11.0 linux/amd64"

1 failed · 1 skipped because of it (node:24.11.0) · 21 done · nothing of node was published`,
  );
});

test("formatLog() lets no log move the cursor", () => {
  assert.is(formatLog("\u001b[31mred\u001b[0m\n10 %\r100 %\n"), "red\n100 %");
});
