import { existsSync, statSync } from "node:fs";
import { appendFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as assert from "uvu/assert";
import { makeScratch } from "../../../infrastructure/process/scratch.ts";
import { createBlobs } from "../../../infrastructure/store/blobs.ts";
import { createDiskStore } from "../../../infrastructure/store/disk.ts";
import { encodeEntry } from "../../../infrastructure/store/encoding.ts";
import { parseLimit, type StoreLimits } from "../../../infrastructure/store/limits.ts";
import { blobPath, entryPath } from "../../../infrastructure/store/place.ts";
import { prune } from "../../../infrastructure/store/prune.ts";
import { createUpkeep } from "../../../infrastructure/store/upkeep.ts";
import { rememberingUse } from "../../../infrastructure/store/uses.ts";
import { verify } from "../../../infrastructure/store/verify.ts";
import type { Blob, Entry } from "../../../src/entry.ts";
import { problemsOf } from "../../../src/problem.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { entryOf } from "./entries.ts";

const test = suite("local store");
const day = 24 * 60 * 60 * 1000;
const none: StoreLimits = { size: Number.POSITIVE_INFINITY, age: Number.POSITIVE_INFINITY };

/** A store with entries that were last used so many days ago, each naming blobs of 10,000 bytes by their content. */
async function storeWith(t: Context, entries: Readonly<Record<string, readonly [days: number, ...blobs: string[]]>>) {
  const folder = await t.folder();
  const store = createDiskStore(folder);
  const made: Record<string, Entry> = {};
  const blobs: Record<string, Blob> = {};
  const age = async (path: string, days: number) =>
    utimes(path, (Date.now() - days * day) / 1000, (Date.now() - days * day) / 1000);
  for (const [name, [days, ...contents]] of Object.entries(entries)) {
    for (const content of contents) {
      const file = join(folder, "file");
      await writeFile(file, content.repeat(10_000));
      blobs[content] = await createBlobs(folder).adopt(file);
      await age(blobPath(folder, blobs[content].sha256), days);
    }
    const entry = entryOf(name, { blobs: contents.map((content) => blobs[content] as Blob) });
    await store.put(entry);
    await age(entryPath(folder, entry.key), days);
    made[name] = entry;
  }
  const left = () => [
    ...Object.keys(made).filter((name) => existsSync(entryPath(folder, made[name]?.key ?? ""))),
    ...Object.keys(blobs).filter((content) => existsSync(blobPath(folder, blobs[content]?.sha256 ?? ""))),
  ];
  const pruneTo = (limits: Partial<StoreLimits>, dryRun = false) =>
    prune(folder, { limits: { ...none, ...limits }, now: Date.now(), dryRun });
  return { folder, store, made, blobs, left, pruneTo };
}

test("prune() removes what was not used for too long, and blobs that nothing else names", async (t) => {
  const { left, pruneTo } = await storeWith(t, { old: [31, "a", "b"], new: [29, "b", "c"] });
  assert.equal((await pruneTo({ age: 30 * day }, true)).removed.length, 2);
  assert.equal(left(), ["old", "new", "a", "b", "c"]);
  await pruneTo({ age: 30 * day });
  assert.equal(left(), ["new", "b", "c"]);
});

test("prune() removes what was not used for longest until the rest is small enough", async (t) => {
  const { left, pruneTo } = await storeWith(t, { a: [3, "1"], b: [1, "2"], c: [2, "3", "2"], d: [4, "4"] });
  const { kept, over } = await pruneTo({ size: 25_000 });
  assert.equal([left(), kept.length, over], [["b", "c", "2", "3"], 4, 0]);
  await pruneTo({ size: 0 });
  assert.equal(left(), []);
});

test("prune() leaves what a run may be using", async (t) => {
  const { folder, left, pruneTo } = await storeWith(t, { today: [0.5, "1"], yesterday: [1.5, "2"] });
  {
    await using _run = await makeScratch(join(folder, "runs"));
    assert.ok((await pruneTo({ size: 0, age: 0 })).over > 10_000);
    assert.equal(left(), ["today", "1"]);
  }
  await pruneTo({ size: 0, age: 0 });
  assert.equal(left(), []);
});

test("prune() removes what was never finished, and blobs without an entry", async (t) => {
  const { folder, left, made, pruneTo } = await storeWith(t, { a: [0, "1"], b: [0, "2"] });
  const unfinished = `${entryPath(folder, made.a?.key ?? "")}.7-ab.tmp`;
  await writeFile(unfinished, "");
  await utimes(unfinished, 1, 1);
  await writeFile(entryPath(folder, made.b?.key ?? ""), "damaged");
  await pruneTo({});
  assert.equal([left(), existsSync(unfinished)], [["a", "b", "1"], false]);
});

test("prune() knows the blobs of entries that a later version wrote", async (t) => {
  const { folder, left, made, pruneTo } = await storeWith(t, { a: [0, "1"] });
  const text = `?\n${JSON.stringify({ ...made.a, schema: 9 })}`;
  await writeFile(entryPath(folder, made.a?.key ?? ""), text);
  await pruneTo({ age: day });
  assert.equal(left(), ["a", "1"]);
});

test("prune() gives nothing for a folder that is not there", async (t) => {
  const gone = join(await t.folder(), "none");
  assert.equal(await prune(gone, { limits: none, now: 0, dryRun: false }), { removed: [], kept: [], over: 0 });
});

test("rememberingUse() notes a use once a day, and none of what was made today", async (t) => {
  const { folder, store, made } = await storeWith(t, { a: [3] });
  const { key = "" } = made.a ?? {};
  const usedAt = () => Math.round(statSync(entryPath(folder, key)).mtimeMs);
  const get = (now: number) => rememberingUse(store, folder, () => now).get(key);
  const before = usedAt();
  const soon = Date.parse("2026-01-01T12:00:00Z");
  await get(soon);
  assert.is(usedAt(), before, "made half a day before");
  await get(before + day / 2);
  assert.is(usedAt(), before);
  await get(before + 2 * day);
  assert.is(usedAt(), before + 2 * day);
  await get(before - 30 * day);
  assert.is(usedAt(), before - 30 * day, "a clock that was ahead is put right");
  assert.is(await rememberingUse(store, folder, Date.now).get("0".repeat(64)), undefined);
});

test("verify() removes what is damaged and leaves the rest", async (t) => {
  const { folder, left, made, blobs } = await storeWith(t, { a: [0, "1"], b: [0, "2"], newer: [0] });
  const signal = new AbortController().signal;
  assert.equal(await verify(folder, signal), { entries: 3, blobs: 2, removed: [] });
  const [entry, blob] = [entryPath(folder, made.a?.key ?? ""), blobPath(folder, blobs["2"]?.sha256 ?? "")];
  await appendFile(entry, "x");
  await appendFile(blob, "x");
  const { size } = await stat(entry);
  const removed = [
    { path: entry, kind: "entry", size },
    { path: blob, kind: "blob", size: 10_001 },
  ];
  assert.equal(await verify(folder, signal), { entries: 3, blobs: 2, removed });
  assert.equal(left(), ["b", "newer", "1"]);
});

test("verify() leaves entries of other versions to them", async (t) => {
  const { folder, made, left } = await storeWith(t, { older: [0], newer: [0] });
  const rewrite = async (name: string, changes: object) => {
    const entry = { ...(made[name] as Entry), ...changes };
    await writeFile(entryPath(folder, made[name]?.key ?? ""), encodeEntry(entry as Entry));
  };
  await rewrite("older", { schema: 1 });
  await rewrite("newer", { schema: 3 });
  assert.equal((await verify(folder, t.signal)).removed, []);
  assert.equal(left(), ["older", "newer"]);
});

test("an upkeep prunes beside the commands once a day, or when the store has grown too large", async (t) => {
  const { folder, left } = await storeWith(t, { a: [1, "1"], b: [2, "2"] });
  let now = Date.now();
  const end = async (adopted = "") => {
    const settings = {
      folder,
      limits: { ...none, size: 15_000 },
      logFile: join(folder, "log/pruner.log"),
      now: () => now,
    };
    const upkeep = createUpkeep(settings);
    if (adopted !== "") {
      await writeFile(join(folder, "file"), adopted.repeat(20_000));
      await upkeep.counting(createBlobs(folder)).adopt(join(folder, "file"));
    }
    await upkeep.end();
  };
  await end();
  await end("3");
  await sleep(300);
  assert.equal(left(), ["a", "b", "1", "2"], "only just looked through");
  now += 2 * 60 * 60 * 1000;
  await end();
  while (left().length > 2) await sleep(50);
  assert.equal(left(), ["a", "1"]);
});

test("parseLimit() reads sizes and times, and says what it cannot read", () => {
  const size = (text: string) => parseLimit("size", text, "--max-size");
  assert.equal(["500MB", "1.5 gb", "0B", "none"].map(size), [5e8, 1.5e9, 0, Number.POSITIVE_INFINITY]);
  assert.is(parseLimit("age", "30d", "--max-age"), 30 * day);
  const problems = ["20", "30d"].map((text) => {
    try {
      return size(text);
    } catch (error) {
      const [problem] = problemsOf(error);
      return [problem?.message, problem?.fix];
    }
  });
  assert.equal(problems, [
    ['Cannot read --max-size: "20" is not a size as in 500MB or 20GB, or none', "--max-size=20GB"],
    ['Cannot read --max-size: "30d" is not a size as in 500MB or 20GB, or none', "--max-size=20GB"],
  ]);
});
