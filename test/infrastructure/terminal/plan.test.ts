import * as assert from "uvu/assert";
import { formatList } from "../../../infrastructure/terminal/list.ts";
import { formatPlan } from "../../../infrastructure/terminal/plan.ts";
import { formatStatus } from "../../../infrastructure/terminal/status.ts";
import type { Target } from "../../../src/model/target.ts";
import type { Foreseen } from "../../../src/run/foresee.ts";
import { suite } from "../../rig/suite.ts";
import { taskOf } from "./sample.ts";

const test = suite("tables");

function foreseen(id: string, state: Foreseen["state"], reason: string): Foreseen {
  return { ...taskOf(id), state, reason, differences: [], needs: [] };
}

test("formatPlan() says what would run, what may, and why", () => {
  assert.is(
    formatPlan([
      foreseen("prepare base:12 rootfs.tar linux/amd64", "cached", "up to date"),
      foreseen("build base:12 linux/amd64", "cached", "up to date"),
      foreseen("build node:24.11.0 linux/amd64", "run", "not made from these inputs before"),
      foreseen("build node:24.11.0-semantic linux/amd64", "undecided", "behind build node:24.11.0 linux/amd64"),
      foreseen("push node:24.11.0", "undecided", "behind build node:24.11.0 linux/amd64"),
    ]),
    `run        build  node:24.11.0           not made from these inputs before
undecided  build  node:24.11.0-semantic  behind build node:24.11.0 linux/amd64
undecided  push   node:24.11.0           behind build node:24.11.0 linux/amd64
2 more are up to date`,
  );
});

test("formatPlan() shows platforms where a target has several", () => {
  assert.is(
    formatPlan([
      foreseen("build node:24 linux/amd64", "cached", "up to date"),
      foreseen("build node:24 linux/arm64", "run", "forced"),
      foreseen("push node:24", "undecided", "behind build node:24 linux/arm64"),
    ]),
    `run        build  node:24  linux/arm64  forced
undecided  push   node:24               behind build node:24 linux/arm64
1 more is up to date`,
  );
});

test("formatPlan() is one line when nothing would run", () => {
  assert.is(formatPlan([foreseen("build base:12", "cached", "up to date")]), "1 task: all up to date");
});

test("formatList() has a line for each target", () => {
  const target = (id: string, aliases: readonly string[], parent?: string) => {
    const bases = parent === undefined ? [] : [{ name: "im-base", from: { target: parent }, on: ["target"] }];
    const platforms = ["linux/amd64", "linux/arm64"];
    return { id, aliases: aliases.map((name) => ({ name })), platforms, dockerfile: { bases } } as unknown as Target;
  };
  assert.is(
    formatList([target("base:12", []), target("node:24.11.0", ["24.11", "24"], "base:12")]),
    `TARGET        ALIASES    PLATFORMS                 BUILT ON
base:12       –          linux/amd64, linux/arm64  –
node:24.11.0  24.11, 24  linux/amd64, linux/arm64  base:12`,
  );
});

test("formatStatus() shows what is known of each service", () => {
  const now = new Date(2026, 10, 21, 15, 0).getTime();
  const at = (day: number) => new Date(2026, 10, day, 14, 2).toISOString();
  const known = { pid: 4121, version: "0.26.3", mode: "native", address: "unix:///run/b.sock" };
  assert.is(
    formatStatus(
      [
        { name: "buildkitd", state: "running", ...known, since: at(21), needed: true },
        { name: "registry", state: "unreachable", address: "localhost:5050", since: at(20), needed: true },
        { name: "garage", state: "stopped", address: "localhost:3900", needed: true },
        { name: "dind", state: "stopped", address: "unix:///run/d.sock", needed: false },
      ],
      { color: false, now },
    ),
    `buildkitd  running      pid 4121 · 0.26.3 · native · unix:///run/b.sock  since 14:02
registry   unreachable  localhost:5050                                   since 2026-11-20 14:02
garage     stopped      localhost:3900
dind       stopped      not needed by this configuration`,
  );
});
