import * as assert from "uvu/assert";
import { next, pause, type Round, type Signal, type State } from "../../../src/watch/machine.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("watch machine");

const idle: State = { at: "idle" };
const changed = (now: number, ...paths: readonly string[]): Signal => ({ type: "change", paths, now });
const due = (now: number): Signal => ({ type: "due", now });
const ended = (now: number): Signal => ({ type: "ended", now });
const after = (...signals: readonly Signal[]): State => signals.reduce(next, idle);
const roundOf = (...paths: readonly string[]): Round => ({ paths, mode: "changes" });

test("a change runs after a short pause", () => {
  const state = after(changed(1000, "a"));
  assert.equal(state, { at: "changed", round: roundOf("a"), since: 1000, due: 1000 + pause.quiet });
  assert.is(next(state, due(1000 + pause.quiet - 1)), state);
  assert.equal(next(state, due(1000 + pause.quiet)), { at: "running", round: roundOf("a") });
});

test("changes in a pause are one round, each path once", () => {
  const state = after(changed(1000, "a"), changed(1010, "b", "a"), due(1010 + pause.quiet));
  assert.equal(state, { at: "running", round: roundOf("a", "b") });
});

test("changes without an end do not put a round off for ever", () => {
  const state = after(
    changed(1000, "a"),
    changed(1000 + pause.longest - 5, "b"),
    changed(1000 + pause.longest + 5, "c"),
  );
  assert.equal(state, { at: "changed", round: roundOf("a", "b", "c"), since: 1000, due: 1000 + pause.longest + 5 });
});

test("changes during a run make exactly one more", () => {
  const running = after(changed(0, "a"), due(pause.quiet));
  const queued = [changed(100, "b"), changed(200, "c"), changed(300, "b")].reduce(next, running);
  assert.equal(queued, { at: "queued", round: roundOf("a"), next: roundOf("b", "c"), since: 100 });
  assert.is(next(queued, due(1000)), queued);
  const again = next(queued, ended(2000));
  assert.equal(again, { at: "changed", round: roundOf("b", "c"), since: 100, due: 2000 });
  assert.equal([due(2000), ended(3000)].reduce(next, again), idle);
});

test("what a person asks for runs at once, and outweighs a change", () => {
  const forced = after({ type: "request", mode: "force", now: 5 });
  assert.equal(forced, { at: "changed", round: { paths: [], mode: "force" }, since: 5, due: 5 });
  const both = after(changed(5, "a"), { type: "request", mode: "again", now: 6 }, changed(7, "b"));
  assert.equal((both as { round: Round }).round, { paths: ["a", "b"], mode: "again" });
});

test("the end of a run that nothing waits for is idle; other signals change nothing", () => {
  assert.equal(after(changed(0, "a"), due(100), ended(200)), idle);
  assert.is(next(idle, ended(1)), idle);
  assert.is(next(idle, due(1)), idle);
});
