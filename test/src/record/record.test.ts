import * as assert from "uvu/assert";
import type { Event } from "../../../src/events.ts";
import { TaskLog } from "../../../src/record/log.ts";
import { Recorder } from "../../../src/record/record.ts";
import { scrubber } from "../../../src/record/secrets.ts";
import {
  cached,
  failed,
  failedStep,
  log,
  pushed,
  ran,
  skipped,
  started,
  summary,
  taskOf,
} from "../../infrastructure/terminal/sample.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("record of a run");

function recordOf(...events: readonly Event[]) {
  const scrub = scrubber(["s3cret", "ETARGET"]);
  const recorder = new Recorder({
    command: "image-manager all s3cret",
    now: Date.UTC(2026, 10, 20, 16, 3, 12, 7),
    scrub,
  });
  for (const event of events) recorder.take(event);
  return recorder.recorded();
}

test("recorded() has every task but those that were done already, without outputs", () => {
  const recorded = recordOf(
    cached("render a:1"),
    started("push a:1", "a on another digest"),
    ran("push a:1", 40, "1 of 1 tags moved", pushed("a:1")),
    skipped("push b:1", "build b:1"),
    summary({ ran: 1, cached: 1, skipped: 1 }),
  );
  assert.equal(recorded?.record, {
    schema: 1,
    id: "20261120-160312-007",
    command: "image-manager all ***",
    at: "2026-11-20T16:03:12.007Z",
    tasks: [
      {
        task: taskOf("push a:1"),
        reason: "a on another digest",
        outcome: { state: "ran", duration: 40, note: "1 of 1 tags moved", output: null },
        log: false,
      },
      { task: taskOf("push b:1"), reason: null, outcome: { state: "skipped", because: "build b:1" }, log: false },
    ],
    summary: summary({ ran: 1, cached: 1, skipped: 1 }),
  });
});

test("recorded() keeps the logs of tasks that failed, and no secret", () => {
  const recorded = recordOf(
    started("build a:1", "s3cret changed"),
    started("build b:1"),
    log("build a:1", "fetching with s3cret"),
    log("build b:1", "fine"),
    log("build a:1", "no"),
    ran("build b:1", 3),
    failed("build a:1", 5, failedStep),
    summary({ ran: 1, failed: 1, problems: [failedStep] }),
  );
  assert.equal([...(recorded?.logs ?? [])], [["build a:1", "fetching with ***\nno\n"]]);
  assert.equal(
    recorded?.record.tasks.map((task) => task.log),
    [false, true],
  );
  assert.not.match(JSON.stringify(recorded?.record), /s3cret|ETARGET/);
  assert.match(JSON.stringify(recorded?.record), /npm error code \*\*\*/);
});

test("recorded() is nothing for a run that did not come to its end", () => {
  assert.is(recordOf(started("build a:1")), undefined);
});

test("scrubber() takes out longer values first, and the telling lines of a value", () => {
  const scrub = scrubber(["abc", "abcdef", "", '{\n  "private": "0123"\n}']);
  assert.is(scrub("abcdef abc {}"), "*** *** {}");
  assert.is(scrub('"private": "0123"'), "***");
});

test("TaskLog keeps the end of what is too long and says so", () => {
  const kept = new TaskLog(20);
  for (let i = 1; i <= 30; i += 1) kept.add(`line ${i}`);
  assert.is(kept.text(), "… 28 lines before this are not kept\nline 29\nline 30\n");
  const long = new TaskLog(20);
  long.add("x".repeat(100));
  assert.is(long.text(), `${"x".repeat(20)}\n`);
});
