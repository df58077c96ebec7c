import * as assert from "uvu/assert";
import { type Finished, failuresIn, runReportOf } from "../../../src/report/run.ts";
import { cached, failed, failedStep, ran, skipped, taskOf } from "../../infrastructure/terminal/sample.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("run of a report");

const build = "build base:1 linux/amd64";
const finished = [
  ran("build node:24 linux/amd64", 900),
  cached("build tool:2 linux/amd64"),
  failed(build, 1200, failedStep),
  skipped("test base:1 linux/amd64", build),
  skipped("build child:1 linux/amd64", build),
  skipped("test child:1 linux/amd64", build),
  skipped("push child:1", build),
  skipped("push node:24", "stopped"),
].map((event) => event as Finished);

test("runReportOf() says what ran", () => {
  assert.equal(runReportOf(finished, Date.UTC(2026, 6, 3, 14, 22), 2100), {
    at: "2026-07-03T14:22:00.000Z",
    duration: 2100,
    ran: ["build node:24 linux/amd64"],
    cached: ["build tool:2 linux/amd64"],
    failed: [build],
    skipped: [
      ...["build child:1 linux/amd64", "push child:1", "push node:24"],
      ...["test base:1 linux/amd64", "test child:1 linux/amd64"],
    ],
  });
});

test("failuresIn() tells what failed, and elsewhere what was not begun because of it", () => {
  const here = { of: "failure" as const, platform: "linux/amd64" as const };
  assert.equal(failuresIn(finished), [
    {
      ...{ ...here, target: "base:1" },
      failure: {
        task: build,
        message: "[3/5] RUN npm install -g npm@11.66.0 failed: exit code: 1",
        details: ["images/node/Dockerfile.jinja2:7", "RUN npm install -g npm@11.66.0", ...(failedStep.log ?? [])],
      },
    },
    { ...here, target: "child:1", failure: { task: build, message: "Not begun: build, test", details: [] } },
    {
      ...{ of: "failure", target: "child:1", platform: null },
      failure: { task: build, message: "Not begun: push", details: [] },
    },
  ]);
});

test("failuresIn() leaves failed tests to the results, and tells elsewhere of what was behind them", () => {
  const id = "test base:1 linux/amd64";
  const outcome = { state: "failed" as const, duration: 5, problems: [failedStep], output: { results: [] } };
  const events = [{ task: taskOf(id), outcome }, skipped("push base:1", id), skipped("push child:1", id)];
  assert.equal(failuresIn(events as Finished[]), [
    {
      of: "failure",
      target: "child:1",
      platform: null,
      failure: { task: id, message: "Not begun: push", details: [] },
    },
  ]);
});
