import * as assert from "uvu/assert";
import { Trace, type TraceDocument } from "../../../src/record/trace.ts";
import { cached, ended, failed, failedStep, ran, skipped, started } from "../../infrastructure/terminal/sample.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("trace");

/** A trace of events, each with the time (milliseconds) at which it came. */
function traceOf(...events: readonly (readonly [at: number, event: ReturnType<typeof ran>])[]): TraceDocument {
  let now = 1000;
  const trace = new Trace(
    (kind) => (kind === "push" ? "network" : kind),
    () => now,
  );
  for (const [at, event] of events) {
    now = 1000 + at;
    trace.take(event);
  }
  return trace.document();
}

const document = traceOf(
  [0, started("build a:1")],
  [1, started("build b:1", "b.txt changed")],
  [2, cached("render a:1")],
  [5, ran("build a:1", 5, "12 MB", { digest: "sha256:c0de" })],
  [5, started("build c:1")],
  [7, started("push a:1")],
  [9.5, ended("build c:1", { state: "cancelled", duration: 4 })],
  [12, failed("build b:1", 11, failedStep)],
  [13, skipped("push b:1", "build b:1")],
  [14, ran("push a:1", 7)],
);

test("document() has a track for each place in a queue", () => {
  const labels = document.traceEvents.flatMap((event) => (event.ph === "M" ? [[event.tid, event.args.name]] : []));
  assert.equal(labels, [
    [0, "image-manager"],
    [1, "up to date, or not begun"],
    [2, "build 1"],
    [3, "build 2"],
    [4, "network 1"],
  ]);
});

test("document() tells of each task why it ran and how it ended, without messages and outputs", () => {
  const events = document.traceEvents.filter(({ ph }) => ph !== "M");
  assert.is(
    JSON.stringify(events.find(({ name }) => name === "build b:1")),
    JSON.stringify({
      name: "build b:1",
      cat: "build",
      ph: "X",
      ts: 1000,
      dur: 11_000,
      pid: 1,
      tid: 3,
      args: { reason: "b.txt changed", state: "failed", problems: ["build-failed"] },
    }),
  );
  assert.equal(
    events.map(({ name, ph, args }) => [name, ph, args.state]),
    [
      ["render a:1", "i", "cached"],
      ["build a:1", "X", "ran"],
      ["build c:1", "X", "cancelled"],
      ["build b:1", "X", "failed"],
      ["push b:1", "i", "skipped"],
      ["push a:1", "X", "ran"],
    ],
  );
  assert.not.match(JSON.stringify(document), /ETARGET|c0de/);
});

// "Trace Event Format": name, ph, pid and tid always; ts in microseconds and, for complete events, dur.
test("document() is what trace viewers read, and nothing overlaps on a track", () => {
  assert.is(document.displayTimeUnit, "ms");
  const ends = new Map<number, number>();
  for (const event of document.traceEvents) {
    assert.type(event.name, "string");
    assert.ok(Number.isInteger(event.pid) && Number.isInteger(event.tid));
    if (event.ph === "M") continue;
    assert.ok(Number.isInteger(event.ts) && event.ts >= (ends.get(event.tid) ?? 0), event.name);
    const length = event.ph === "X" ? event.dur : 0;
    assert.ok(Number.isInteger(length) && length >= 0);
    ends.set(event.tid, event.ts + length);
  }
  assert.equal([...ends.keys()].sort(), [1, 2, 3, 4]);
});
