import * as assert from "uvu/assert";
import { formatStatistics } from "../../../infrastructure/terminal/statistics.ts";
import { suite } from "../../rig/suite.ts";
import { summary } from "./sample.ts";

const test = suite("statistics of a run");

test("formatStatistics() says where the time went and what the cache saved", () => {
  const prepare = { id: "prepare base:13 rootfs.tar linux/amd64", duration: 17_200 };
  const base = { id: "build base:13 linux/amd64", duration: 9_800 };
  const node = { id: "build node:24.11.0 linux/amd64", duration: 31_000 };
  const statistics = {
    work: 90_000,
    saved: 720_000,
    hits: { disk: 18, s3: 2 },
    slowest: [node, prepare, base],
  };
  assert.is(
    formatStatistics(summary({ duration: 60_000, longest: [prepare, base, node], statistics })),
    `Longest way, 58 s:
  17.2 s  prepare base:13 rootfs.tar linux/amd64
   9.8 s  build base:13 linux/amd64
    31 s  build node:24.11.0 linux/amd64
Slowest tasks:
    31 s  build node:24.11.0 linux/amd64
  17.2 s  prepare base:13 rootfs.tar linux/amd64
   9.8 s  build base:13 linux/amd64
Work: 1 min 30 s in 1 min, 1.5 tasks at once on the average
Cache: 18 results from disk, 2 from s3, which once took 12 min`,
  );
});

test("formatStatistics() is short when nothing ran", () => {
  assert.is(formatStatistics(summary({ duration: 60 })), "Cache: nothing was found in it");
  const statistics = { work: 0, saved: 90, hits: { disk: 1 }, slowest: [] };
  assert.is(formatStatistics(summary({ statistics })), "Cache: 1 result from disk, which once took 0.09 s");
});
