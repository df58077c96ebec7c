import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createRecords } from "../../../infrastructure/runs/records.ts";
import type { Recorded } from "../../../src/record/record.ts";
import { suite } from "../../rig/suite.ts";
import { summary, taskOf } from "../terminal/sample.ts";

const test = suite("records of runs");

function recorded(number: number, logs: Readonly<Record<string, string>> = {}): Recorded {
  const second = String(number).padStart(2, "0");
  const tasks = ["build a:1", "build b:1"].map((id) => ({
    task: taskOf(id),
    reason: null,
    outcome: { state: "failed", duration: 1, problems: [] } as const,
    log: id in logs,
  }));
  const [id, at] = [`20261120-1603${second}-000`, `2026-11-20T16:03:${second}.000Z`];
  const record = { schema: 1, id, command: "image-manager all", at, tasks, summary: summary({}) } as const;
  return { record, logs: new Map(Object.entries(logs)) };
}

test("list() gives the newest first, with their logs", async (t) => {
  const folder = join(await t.folder(), "runs");
  const records = createRecords(folder);
  assert.equal(records.list(), []);
  records.save(recorded(1, { "build b:1": "no\n" }));
  records.save(recorded(2));
  const [last, first] = records.list();
  assert.equal([last, first], [recorded(2).record, recorded(1, { "build b:1": "no\n" }).record]);
  assert.is(first && records.log(first, "build b:1"), "no\n");
  assert.is(first && records.log(first, "build a:1"), undefined);
  assert.is(statSync(folder).mode & 0o777, 0o700);
});

test("save() keeps the last twenty runs, and nothing of those before", async (t) => {
  const folder = await t.folder();
  // Left behind by a process that was killed.
  mkdirSync(join(folder, "20261120-160300-000"));
  writeFileSync(join(folder, "20261120-160300-000.17.tmp"), "{");
  const records = createRecords(folder);
  for (let i = 1; i <= 22; i += 1) records.save(recorded(i, i < 4 ? { "build a:1": "no\n" } : {}));
  assert.is(records.list().length, 20);
  assert.is(records.list().at(-1)?.id, "20261120-160303-000");
  assert.is(readdirSync(folder).length, 21);
});

test("list() leaves out what it cannot read, and what a newer version has written", async (t) => {
  const folder = await t.folder();
  const records = createRecords(folder);
  records.save(recorded(1));
  writeFileSync(join(folder, "20261120-160302-000.json"), "{");
  writeFileSync(join(folder, "20261120-160303-000.json"), '{"schema":2}');
  assert.is(records.list().length, 1);
});

test("save() fails nothing when there is no room for records", async (t) => {
  const file = join(await t.folder(), "file");
  writeFileSync(file, "");
  createRecords(join(file, "runs")).save(recorded(1));
  assert.not.ok(existsSync(join(file, "runs")));
});

test("save() takes less than 2 ms for a run that found nothing to do", async (t) => {
  const records = createRecords(join(await t.folder(), "runs"));
  const idle = { ...recorded(0).record, tasks: [] };
  const times = Array.from({ length: 30 }, (_, i) => {
    const began = performance.now();
    records.save({ record: { ...idle, id: `20261120-1604${i + 10}-000` }, logs: new Map() });
    return performance.now() - began;
  });
  const median = times.sort((a, b) => a - b)[15] ?? 0;
  assert.ok(median < 2, `${median} ms`);
});
