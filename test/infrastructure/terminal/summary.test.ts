import * as assert from "uvu/assert";
import { Ending } from "../../../infrastructure/terminal/summary.ts";
import type { Event, Summary } from "../../../src/events.ts";
import type { Problem } from "../../../src/problem.ts";
import { suite } from "../../rig/suite.ts";
import { cached, ended, failed, failedStep, noRegistry, pushed, ran, skipped, summary } from "./sample.ts";

const test = suite("end of a run");

function endOf(events: readonly Event[], counts: Partial<Summary>): string {
  const ending = new Ending({ color: false });
  for (const event of events) ending.take(event);
  return ending.text(summary(counts));
}

test("text() counts the compared tags when everything is up to date", () => {
  const events = [
    cached("build node:24.11.0 linux/amd64", { digest: "sha256:c0de" }),
    cached("push base:13", pushed("base:13")),
    cached("push node:24.11.0", pushed("node:24.11.0", ["24", "24.11"])),
  ];
  assert.is(
    endOf(events, { cached: 3, duration: 60 }),
    "3 tasks: all up to date, 2 tags and 2 aliases compared · 0.06 s",
  );
});

test("text() does not speak of tags where nothing is published", () => {
  assert.is(endOf([cached("build base:12")], { cached: 1, duration: 40 }), "1 task: all up to date · 0.04 s");
  assert.is(
    endOf([cached("push base:12", pushed("base:12"))], { cached: 1, duration: 40 }),
    "1 task: all up to date, 1 tag compared · 0.04 s",
  );
});

test("text() says what was published, where the time went and what to try", () => {
  const longest = [
    { id: "prepare base:13 rootfs.tar linux/amd64", duration: 17_200 },
    { id: "build base:13 linux/amd64", duration: 9_800 },
    { id: "build node:24.11.0 linux/amd64", duration: 31_000 },
    { id: "manifest node:24.11.0", duration: 10 },
    { id: "push node:24.11.0", duration: 90 },
  ];
  const outputs: Readonly<Record<string, ReturnType<typeof pushed>>> = {
    "push node:24.11.0-semantic": pushed("node:24.11.0-semantic", ["24-semantic"]),
    "push node:24.11.0": pushed("node:24.11.0", ["24.11", "24"]),
    "push node:9.0.0": pushed("node:9.0.0", ["9"]),
    "push base:13": pushed("base:13"),
    "push base:12": pushed("base:12"),
  };
  const events = [
    ...longest.slice(0, 4).map(({ id, duration }) => ran(id, duration)),
    ...Object.entries(outputs).map(([id, output]) => ran(id, 90, "", output)),
    cached("push tool:1", pushed("tool:1")),
  ];
  assert.is(
    endOf(events, { ran: 9, cached: 1, duration: 72_000, longest }),
    `Published to localhost:5050
  base            12, 13
  node            9.0.0 (9) · 24.11.0 (24, 24.11) · 24.11.0-semantic (24-semantic)
10 tasks: 9 ran, 1 from the cache · 1 min 12 s · longest way: prepare base:13 rootfs.tar → build → build node:24.11.0 → manifest → push (58 s)
Try: docker run --rm localhost:5050/node:24`,
  );
});

test("text() names every registry and counts what would be too much", () => {
  const many = Array.from({ length: 25 }, (_, i) => {
    const name = `image-${i}`;
    return ran(`push ${name}:1`, 5, "", pushed(`${name}:1`, [], ["localhost:5050/", "ghcr.io/team/"]));
  });
  const tags = Array.from({ length: 10 }, (_, i) => ran(`push a:${i}`, 5, "", pushed(`a:${i}`)));
  const lines = endOf([...many, ...tags], { ran: 35, duration: 900 }).split("\n");
  assert.equal(
    [0, 1, 2, 21, 22, 23, -2].map((i) => lines.at(i)),
    [
      "Published to localhost:5050",
      "  a               0, 1, 2, 3, 4, 5, 6, 7 and 2 more",
      "  image-0         1",
      "  and 6 more",
      "Published to ghcr.io",
      "  team/image-0    1",
      "35 tasks: 35 ran, 0 from the cache · 0.9 s",
    ],
  );
});

test("text() ends with the failures and what is behind them", () => {
  const build = "build node:24.11.0 linux/amd64";
  const events = [
    ran("push base:12", 40, "", pushed("base:12")),
    failed(build, 12_400, failedStep),
    skipped("manifest node:24.11.0", build),
    skipped("push node:24.11.0", build),
    skipped("build node:24.11.0-semantic linux/amd64", build),
    skipped("build tool:1 linux/amd64", "stopped"),
    skipped("push tool:1", "build tool:1 linux/amd64"),
  ];
  assert.is(
    endOf(events, { ran: 1, cached: 21, failed: 1, skipped: 5, problems: [failedStep] }),
    `Published to localhost:5050
  base            12

✘ build node:24.11.0 linux/amd64 failed after 12.4 s

   images/node/Dockerfile.jinja2:7 (dist/node/24.11.0/Dockerfile:9)
   9 │ RUN npm install -g npm@11.66.0
   [3/5] RUN npm install -g npm@11.66.0 failed: exit code: 1; the last lines:
     npm error code ETARGET
     npm error notarget No matching version found for npm@11.66.0.

   Again, by hand: image-manager build node:24.11.0 --platform linux/amd64 --no-cache

1 failed · 3 skipped because of it (node:24.11.0-semantic) · 2 not started · 22 done · nothing of node was published`,
  );
});

test("text() shows failed tests with their places, commands and last output", () => {
  const [run, first] = [
    "test node:24.11.0 linux/amd64",
    { path: "node:24.11.0", code: "test-failed", kind: "test" },
  ] as const;
  const npm: Problem = {
    ...first,
    message: "npm is the pinned one",
    place: { file: "images/node/test.yml", line: 12 },
    excerpt: "npm --version",
    found: "stdout has no match for /^11\\.6\\.0$/",
    log: ["stdout   11.7.0"],
  };
  const metadata: Problem = {
    ...first,
    message: "metadata",
    place: npm.place ?? { file: "" },
    found: "user is root\ncmd is sh",
  };
  const output = { results: Array.from({ length: 14 }, () => ({ errors: [] })) };
  const events = [
    ran("push node:22.20.0", 40, "", pushed("node:22.20.0")),
    ended(run, { state: "failed", duration: 900, problems: [npm, metadata], output }),
    skipped("push node:24.11.0", run),
    skipped("push app:1", run),
  ];
  assert.is(
    endOf(events, { ran: 1, failed: 1, skipped: 2, problems: [npm, metadata] }),
    `Published to localhost:5050
  node            22.20.0

✘ test node:24.11.0 linux/amd64: 2 of 14 failed

   npm is the pinned one    images/node/test.yml:12
     npm --version
     stdout has no match for /^11\\.6\\.0$/
     stdout   11.7.0

   metadata                 images/node/test.yml:12
     user is root
     cmd is sh

1 failed · 2 skipped because of it (app:1) · 1 done · nothing of app, node:24.11.0 was published`,
  );
});

test("text() names the first targets behind a failure", () => {
  const targets = ["node:24.11.0", "node:22.20.0", "tool:1"];
  const events = [
    failed("build base:13", 10, { code: "x", kind: "task", message: "No" }),
    ...targets.map((target) => skipped(`build ${target}`, "build base:13")),
  ];
  assert.is(
    endOf(events, { failed: 1, skipped: 3 }).split("\n").at(-1),
    "1 failed · 3 skipped because of it (node:24.11.0, node:22.20.0, …) · 0 done",
  );
});

test("text() is only the missing service when nothing could be done without it", () => {
  const events = ["build base:12", "build base:13"].map((id) => failed(id, 3, noRegistry));
  assert.is(
    endOf(events, { failed: 2, skipped: 4, problems: [noRegistry] }),
    "Error: Registry not reachable at localhost:5050\nRun 'docker compose up -d' to start infrastructure services.",
  );
});

test("text() tells a service lost on the way once, and how far the run came", () => {
  const events = [
    ran("render base:12", 3),
    ...["build base:12", "build base:13"].map((id) => failed(id, 3, noRegistry)),
    skipped("manifest base:12", "build base:12"),
    ended("build tool:1", { state: "cancelled", duration: 900 }),
  ];
  assert.is(
    endOf(events, { ran: 1, failed: 2, skipped: 1, cancelled: 1, problems: [noRegistry] }),
    `
Error: Registry not reachable at localhost:5050
Run 'docker compose up -d' to start infrastructure services.

2 failed · 1 skipped because of it (base:12) · 1 cancelled · 1 done`,
  );
});

test("text() says that a run was interrupted", () => {
  assert.is(
    endOf([], { ran: 3, cached: 5, cancelled: 2, skipped: 14, duration: 12_300 }),
    "Interrupted after 12.3 s: 2 cancelled · 14 not started · 8 done",
  );
});

test("text() shortens a long way and tells platforms apart where there are several", () => {
  const targets = ["a", "b", "c", "d", "e", "f", "g"];
  const events = targets.flatMap((name) =>
    ["linux/amd64", "linux/arm64"].map((platform) => ran(`build ${name}:1 ${platform}`, 1000)),
  );
  const longest = targets.map((name) => ({ id: `build ${name}:1 linux/arm64`, duration: 1000 }));
  const arm = (name: string) => `build ${name}:1 linux/arm64`;
  assert.is(
    endOf(events, { ran: 14, duration: 8000, longest }),
    `14 tasks: 14 ran, 0 from the cache · 8.0 s · longest way: ${arm("a")} → ${arm("b")} → ${arm("c")} → … → ${arm("f")} → ${arm("g")} (7.0 s)`,
  );
});
