import * as assert from "uvu/assert";
import { liveReporter } from "../../../infrastructure/terminal/live.ts";
import type { Event, Listener } from "../../../src/events.ts";
import { suite } from "../../rig/suite.ts";
import { cached, failed, failedStep, log, ran, skipped, started, step, summary, taskOf } from "./sample.ts";
import { Screen } from "./screen.ts";

const test = suite("live view");
const base = "build base:12 linux/amd64";
const node = "build node:24.11.0 linux/amd64";
const ids = ["prepare base:12 rootfs.tar linux/amd64", base, node, "manifest node:24.11.0"];
const beginning: Event = { type: "run-started", tasks: 4, kinds: [] };

/** A live view on a screen with a clock that stands still unless it is told. */
class Stage {
  readonly screen: Screen;
  readonly take: Listener;
  #now = 0;
  #tick: (() => void) | undefined;

  constructor({ columns = 80, rows = 24, tasks = ids, durations = {}, verbose = false } = {}) {
    this.screen = new Screen(columns, rows);
    const ticker = {
      now: () => this.#now,
      every: (milliseconds: number, tick: () => void) => {
        assert.is(milliseconds, 80);
        this.#tick = tick;
        return () => {
          this.#tick = undefined;
        };
      },
    };
    this.take = liveReporter({ terminal: this.screen, ticker, tasks: tasks.map(taskOf), durations, verbose });
  }

  get ticking(): boolean {
    return this.#tick !== undefined;
  }

  /** Lets time pass with one frame at its end. */
  pass(milliseconds: number): string {
    this.#now += milliseconds;
    this.#tick?.();
    return this.screen.text;
  }
}

test("liveReporter() draws running tasks below finished ones, in one write per frame", () => {
  const { take, screen, ...stage } = open();
  for (const event of [beginning, started(ids[0] as string), started(node)]) take(event);
  assert.equal(screen.writes, [], "nothing is drawn but by the clock");
  stage.pass(400);
  assert.equal(screen.writes, [
    " ⠴ prepare   base:12 rootfs.tar   0.4 s\x1b[K\n ⠴ build     node:24.11.0         0.4 s\x1b[K\n   0 of 4 tasks\x1b[K\n",
  ]);
  take(ran(ids[0] as string, 500, "139 MB"));
  take(step(node, 3, 5, "RUN npm install\n  -g npm@11.6.0"));
  stage.pass(400);
  assert.is(screen.writes.length, 2);
  assert.is(
    screen.writes[1],
    "\x1b[3A ✔ prepare   base:12 rootfs.tar    0.5 s   139 MB\x1b[K\n" +
      " ⠋ build     node:24.11.0         [3/5] RUN npm install -g npm@11.6.0   0.8 s\x1b[K\n" +
      "   1 of 4 tasks\x1b[K\n\x1b[J",
  );
});

test("liveReporter() leaves only what scrolled and the summary when it ends", () => {
  const { take, screen, ...stage } = open();
  for (const event of [beginning, cached(ids[0] as string), started(base)]) take(event);
  stage.pass(80);
  take(ran(base, 9800, "139 MB"));
  take(summary({ ran: 1, cached: 1, duration: 9900 }));
  assert.is(screen.text, " ✔ build     base:12               9.8 s   139 MB\n2 tasks: 1 ran, 1 from the cache · 9.9 s");
  assert.not(stage.ticking());
});

test("liveReporter() writes a single time when nothing is to be done", () => {
  const { take, screen } = open();
  for (const event of [beginning, ...ids.map((id) => cached(id)), summary({ cached: 4, duration: 60 })]) take(event);
  assert.equal(screen.writes, ["4 tasks: all up to date · 0.06 s\x1b[K\n"]);
});

test("liveReporter() tells a failure briefly at once and wholly at the end", () => {
  const { take, screen, ...stage } = open();
  for (const event of [beginning, started(node), log(node, "npm error")]) take(event);
  stage.pass(80);
  take(failed(node, 12_400, failedStep));
  take(skipped("manifest node:24.11.0", node));
  assert.is(stage.pass(80), " ✘ build     node:24.11.0         failed after 12.4 s\n   2 of 4 tasks");
  take(summary({ failed: 1, skipped: 1, problems: [failedStep] }));
  const lines = screen.text.split("\n");
  assert.is(lines[2], "✘ build node:24.11.0 linux/amd64 failed after 12.4 s");
  assert.is(lines.at(-1), "1 failed · 1 skipped because of it (node:24.11.0) · 0 done");
});

test("liveReporter() shows log lines only when it is verbose, harmless ones", () => {
  const line = log(node, "\x1b[31mone\x1b[0m\x1b[2A");
  const quiet = open();
  const verbose = open({ verbose: true });
  for (const { take, pass } of [quiet, verbose]) {
    for (const event of [beginning, started(node), line]) take(event);
    pass(80);
  }
  const row = " ⠙ build     node:24.11.0         0.1 s\n   0 of 4 tasks";
  assert.is(quiet.screen.text, row);
  assert.is(verbose.screen.text, `   node:24.11.0 │ one\n${row}`);
});

test("liveReporter() keeps within the terminal's columns and rows", () => {
  const tasks = Array.from({ length: 9 }, (_, i) => `build image-${i}:1`);
  const { take, pass } = open({ columns: 40, rows: 6, tasks });
  take(beginning);
  for (const id of tasks) take(started(id));
  take(step(tasks[0] as string, 2, 3, "RUN make everything there is to be made"));
  assert.is(
    pass(160),
    ` ⠹ build  image-0:1   [2/3] RU…   0.2 s
 ⠹ build  image-1:1   0.2 s
 ⠹ build  image-2:1   0.2 s
   and 6 more
   0 of 4 tasks`,
  );
});

test("liveReporter() guesses the time left from what tasks took before", () => {
  const durations = { [ids[0] as string]: 20_000, [base]: 10_000, [node]: 30_000, "manifest node:24.11.0": 10 };
  const { take, pass } = open({ durations });
  for (const event of [beginning, started(ids[0] as string)]) take(event);
  assert.is(pass(1900).split("\n").at(-1), "   0 of 4 tasks");
  assert.is(pass(600).split("\n").at(-1), "   0 of 4 tasks · about 1 min left");
  take(ran(ids[0] as string, 2500));
  take(started(base));
  take(started(node));
  assert.is(pass(2500).split("\n").at(-1), "   1 of 4 tasks · about 30 s left");
});

test("liveReporter() shows a service that starts outside a run, and says that it did", () => {
  const { take, screen, pass, ticking } = open();
  take({ type: "service", service: "buildkitd", state: "starting", detail: "native" });
  assert.is(screen.text, " ⠋ Starting buildkitd (native)   0.1 s");
  assert.is(pass(800), " ⠋ Starting buildkitd (native)   0.8 s");
  take({ type: "service", service: "buildkitd", state: "started", detail: "native" });
  take({ type: "warning", message: "Garage not reachable, building without cache" });
  assert.is(screen.text, "Started buildkitd (native)\nWarning: Garage not reachable, building without cache");
  assert.not(ticking());
});

/** The parts of a stage, to be taken apart. */
function open(options: ConstructorParameters<typeof Stage>[0] = {}) {
  const stage = new Stage(options);
  return {
    take: stage.take,
    screen: stage.screen,
    pass: (milliseconds: number) => stage.pass(milliseconds),
    ticking: () => stage.ticking,
  };
}
