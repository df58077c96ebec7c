import * as assert from "uvu/assert";
import { Breaker } from "../../../infrastructure/store/breaker.ts";
import { Fault, type FaultKind } from "../../../infrastructure/store/remote.ts";
import { Watch } from "../../../infrastructure/store/watch.ts";
import { type Context, suite } from "../../rig/suite.ts";

const test = suite("circuit breaker");

/** A breaker on a clock that the test sets, and something behind it that does as the test says. */
function breaker(t: Context, { budget = 2000 } = {}) {
  const clock = { now: 0 };
  const calls = { opened: 0, made: 0, failed: [] as string[] };
  const subject = new Breaker<string>({
    open: async () => {
      calls.opened += 1;
      return "it";
    },
    now: () => clock.now,
    patience: 200,
    budget,
    failed: ({ message }) => calls.failed.push(message),
  });
  const succeed = () =>
    subject.call("instead", t.signal, async (it) => {
      calls.made += 1;
      return it;
    });
  const fail = (kind: FaultKind = "down") =>
    subject.call("instead", t.signal, async () => {
      calls.made += 1;
      throw new Fault(kind, kind);
    });
  return { subject, clock, calls, succeed, fail };
}

test("call() gives what the work gives, and something else when it fails", async (t) => {
  const { succeed, fail, calls } = breaker(t);
  assert.is(await succeed(), "it");
  assert.is(await fail(), "instead");
  assert.equal(calls.failed, ["down"]);
});

test("call() lets errors through that are no faults", async (t) => {
  const { subject } = breaker(t);
  const failing = subject.call(null, t.signal, () => Promise.reject(new TypeError("a mistake")));
  await failing.then(
    () => assert.unreachable(),
    (error) => assert.is(error.message, "a mistake"),
  );
});

test("three failures in a row open it for 30 s, then one call tries again", async (t) => {
  const { clock, calls, succeed, fail } = breaker(t);
  await fail();
  await fail();
  await succeed();
  await fail();
  await fail();
  assert.is(await succeed(), "it");
  for (let i = 0; i < 3; i += 1) await fail();
  calls.made = 0;
  assert.is(await succeed(), "instead");
  clock.now += 29_999;
  assert.is(await succeed(), "instead");
  assert.is(calls.made, 0);
  clock.now += 1;
  assert.equal(await Promise.all([fail(), fail(), succeed()]), ["instead", "instead", "instead"]);
  assert.is(calls.made, 1);
  clock.now += 30_000;
  assert.equal(await Promise.all([succeed(), succeed()]), ["it", "instead"]);
  assert.is(await succeed(), "it");
});

test("a refusal opens it for good", async (t) => {
  for (const kind of ["refused", "read-only", "full"] as const) {
    const { clock, calls, succeed, fail } = breaker(t);
    await fail(kind);
    clock.now += 1e9;
    assert.is(await succeed(), "instead");
    assert.is(calls.made, 1);
  }
});

test("what stands still is ended, and costs the budget once, however many wait side by side", async (t) => {
  const { subject, clock, calls } = breaker(t, { budget: 350 });
  const begin = performance.now();
  const hang = () =>
    subject.call("instead", t.signal, async (_, { signal }) => {
      calls.made += 1;
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      clock.now = performance.now() - begin;
      throw new Fault("down", "does not answer");
    });
  assert.equal(new Set(await Promise.all(Array.from({ length: 100 }, hang))), new Set(["instead"]));
  assert.ok(subject.left > 50 && subject.left < 200, `${subject.left} of 350 ms are left`);
  clock.now += 30_000;
  const later = clock.now - (performance.now() - begin);
  await subject.call("instead", t.signal, async (_, { signal }) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    clock.now = later + performance.now() - begin;
    throw new Fault("down", "does not answer");
  });
  clock.now += 1e9;
  await hang();
  assert.is(calls.made, 100);
});

test("a call that was stopped from outside is no failure", async (t) => {
  const { subject, calls } = breaker(t);
  const stop = new AbortController();
  const call = subject.call("instead", stop.signal, async (_, { signal }) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    throw new Fault("down", "does not answer");
  });
  setTimeout(() => stop.abort(new Error("Stopped")), 20);
  await call.then(
    () => assert.unreachable(),
    (error) => assert.is(error.message, "Stopped"),
  );
  assert.equal(calls.failed, []);
});

test("a watch ends what stands still, not what moves slowly, and does not count while the process is busy", async (t) => {
  const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  using still = new Watch(150, t.signal);
  using moving = new Watch(150, t.signal);
  for (let i = 0; i < 6; i += 1) {
    await wait(60);
    moving.alive();
  }
  assert.equal([still.signal.aborted, moving.signal.aborted], [true, false]);
  using busy = new Watch(300, t.signal);
  const begin = performance.now();
  while (performance.now() - begin < 500);
  await wait(10);
  assert.is(busy.signal.aborted, false);
});
