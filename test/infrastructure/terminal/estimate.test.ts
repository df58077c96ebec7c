import * as assert from "uvu/assert";
import { Estimate, roughly } from "../../../infrastructure/terminal/estimate.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("estimate");

test("left() is unknown at first, and where durations are missing", () => {
  const known = new Estimate(["a", "b"], { a: 5000, b: 5000 });
  assert.is(known.left(10_000), undefined);
  known.started("a", 0);
  assert.is(known.left(1999), undefined);
  assert.is(known.left(2000), 8000);
  const unknown = new Estimate(["a", "b"], { a: 5000 });
  unknown.started("a", 0);
  assert.is(unknown.left(3000), undefined);
});

test("left() counts how many tasks ran side by side", () => {
  const estimate = new Estimate(["a", "b", "c", "d"], { a: 4000, b: 4000, c: 4000, d: 4000 });
  for (const id of ["a", "b"]) estimate.started(id, 0);
  for (const id of ["a", "b"]) estimate.ended(id, 4000);
  assert.is(estimate.left(4000), 4000);
});

test("left() is never less than what the longest running task needs", () => {
  const estimate = new Estimate(["a", "b", "c"], { a: 3000, b: 60_000, c: 1000 });
  for (const id of ["a", "b", "c"]) estimate.started(id, 0);
  assert.is(estimate.left(3000), 57_000);
});

test("left() does not wait for tasks that turned out to be done", () => {
  const estimate = new Estimate(["a", "b"], { a: 3000, b: 60_000 });
  estimate.started("a", 0);
  estimate.ended("b", 10);
  assert.is(estimate.left(2000), 1000);
});

test("roughly() is as exact as a guess can be", () => {
  const of = [100, 7400, 41_000, 58_000, 92_000, 745_000, 4_000_000];
  assert.equal(of.map(roughly), ["1 s", "7 s", "40 s", "1 min", "1 min 30 s", "12 min", "1 h 7 min"]);
});
