import * as assert from "uvu/assert";
import { formatComparison, formatExplanation } from "../../../infrastructure/terminal/explain.ts";
import type { Explanation } from "../../../src/explain/explain.ts";
import { suite } from "../../rig/suite.ts";
import { taskOf } from "./sample.ts";

const test = suite("explanations");

const key = "3f9c2a7e1b04".padEnd(64, "0");
const made = {
  ...{ at: "2026-11-20T16:03:59.000Z", duration: 38_000, host: "ci-7", commit: "1f3c9ab".padEnd(40, "0") },
  ...{ branch: "main", registry: "registry.example.org/", version: "0.1.0", store: "s3", key },
};
const same = [
  { sort: "parent", name: "base:13", value: { digest: `sha256:${"c0de1337".padEnd(64, "0")}` } },
  ...["A", "B", "C"].map((name) => ({ sort: "argument", name, value: "" }) as const),
  { sort: "file", name: "images/node/index.js", value: [420, key] },
  { sort: "tool", name: "buildkitd", value: "0.26.3" },
] as const;

const explained: Explanation = {
  ...taskOf("build node:24.11.0 linux/amd64"),
  ...{ state: "cached", reason: "up to date", compared: false, key, last: made, differences: [], same },
};

test("formatExplanation() says who made what is there, and of what", () => {
  assert.is(
    formatExplanation(explained),
    `build node:24.11.0 linux/amd64 is up to date.
  Made: 2026-11-20 16:03 UTC, 38 s, on ci-7 (main, 1f3c9ab), from the shared store, key 3f9c2a7e1b04.
  From: base:13 (sha256:c0de1337…), 3 build arguments, 1 file, buildkitd 0.26.3.`,
  );
});

test("formatExplanation() says what has changed since the last time", () => {
  const file = { sort: "file", name: "images/node/rootfs/etc/npmrc", before: key, after: "9".repeat(64) } as const;
  const added = { sort: "argument", name: "NPM_VERSION", before: null, after: "11.6.0" } as const;
  const run: Explanation = { ...explained, state: "run", reason: "…", differences: [file, added] };
  assert.is(
    formatExplanation(run),
    `build node:24.11.0 linux/amd64 would run.
  Last: 2026-11-20 16:03 UTC, 38 s, on ci-7 (main, 1f3c9ab), from the shared store, key 3f9c2a7e1b04.
  Since then:
    file      images/node/rootfs/etc/npmrc  3f9c2a7e… → 99999999…
    argument  NPM_VERSION                   new: 11.6.0
    same      base:13 (sha256:c0de1337…), 3 more build arguments, 1 more file, buildkitd 0.26.3`,
  );
  assert.match(formatExplanation({ ...run, state: "cached" }), "\n  Since the last run:\n");
});

test("formatExplanation() says what is known of a task that is nowhere remembered", () => {
  const unknown = { ...explained, last: null, same: [], key: null };
  assert.is(
    formatExplanation({ ...unknown, state: "undecided", reason: "behind build base:13, which would run: forced" }),
    "build node:24.11.0 linux/amd64 may run: behind build base:13, which would run: forced.",
  );
  assert.is(
    formatExplanation({ ...unknown, state: "run", reason: "node:24 is another digest", compared: true }),
    `build node:24.11.0 linux/amd64 would run: node:24 is another digest.
  It is compared with what is there each time, and never remembered.`,
  );
});

test("formatComparison() says that there is nothing to say", () => {
  assert.is(formatComparison({ differences: [], same }), "Both are made from the same.");
});
