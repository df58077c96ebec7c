import * as assert from "uvu/assert";
import type { Stocked } from "../../../infrastructure/store/stock.ts";
import { formatCache, formatPruned, formatVerified } from "../../../infrastructure/terminal/cache.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("the cache on the terminal");

const used = Date.parse("2026-03-04T05:06:07Z");
const file = (path: string, size: number): Stocked => ({ path: `/c/${path}`, name: null, size, used });
const taskOf = ({ path }: Stocked) => `build ${path.at(-1)}:1 linux/amd64`;

test("formatCache() has a line for each part and one for the limits", () => {
  const part = { holds: "finished work", unusedSince: null };
  const parts = [
    { ...part, name: "entries", files: 12, size: 9800, unusedSince: "2026-03-04T05:06:07.000Z" },
    { ...part, name: "blobs", files: 2, size: 142e6, holds: "files it made" },
    { ...part, name: "tools", files: 6, size: 2e9, holds: "programs; never pruned" },
  ];
  const day = 86_400_000;
  assert.is(
    formatCache("/c", parts, { size: 20e9, age: 30 * day }),
    `CACHE    FILES  SIZE    OLDEST USE  HOLDS
entries  12     9.8 kB  2026-03-04  finished work
blobs    2      142 MB  –           files it made
tools    6      2.0 GB  –           programs; never pruned
/c: 142 MB of 20 GB at most, each unused for 30 days at most`,
  );
  const last = (size: number, age: number) => formatCache("/c", parts.slice(0, 1), { size, age }).split("\n").at(-1);
  assert.is(last(Number.POSITIVE_INFINITY, day / 2), "/c: 9.8 kB of any amount, each unused for 12 hours at most");
  assert.is(last(1000, Number.POSITIVE_INFINITY), "/c: 9.8 kB of 1.0 kB at most");
  assert.is(formatCache("/c", [], { size: 1, age: 1 }), "/c is empty");
});

test("formatPruned() says what went and what is left", () => {
  const removed = [file("entries/ab/a", 1000), file("entries/ab/b", 2000), file("blobs/ab/c", 5e6)];
  const kept = [file("entries/ab/d", 900)];
  assert.is(
    formatPruned({ removed, kept, over: 0 }, { dryRun: false, taskOf }),
    "Removed 2 entries and 1 blob, 5.0 MB; 900 B are left",
  );
  assert.is(
    formatPruned({ removed, kept, over: 0 }, { dryRun: true, taskOf }),
    `build a:1 linux/amd64  1.0 kB  2026-03-04
build b:1 linux/amd64  2.0 kB  2026-03-04
Would remove 2 entries and 1 blob, 5.0 MB; 900 B would be left`,
  );
  assert.is(
    formatPruned({ removed: [], kept, over: 400 }, { dryRun: false, taskOf }),
    `Nothing to remove; 900 B are kept
400 B more than wanted: a command that runs may be using them`,
  );
});

test("formatVerified() names what was damaged", () => {
  assert.is(
    formatVerified("/c", { entries: 1, blobs: 2, removed: [] }),
    "Read 1 entry and 2 blobs: all are as they were written",
  );
  const removed = [{ path: "/c/blobs/ab/c", kind: "blob", size: 1 }] as const;
  assert.is(
    formatVerified("/c", { entries: 1, blobs: 2, removed }),
    `Removed blobs/ab/c: the blob was damaged
Read 1 entry and 2 blobs: 1 of them damaged`,
  );
});
