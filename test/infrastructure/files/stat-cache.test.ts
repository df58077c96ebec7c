import { chmodSync, lstatSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { hashOf } from "../../../infrastructure/files/hash.ts";
import { openStatCache, type StatCache } from "../../../infrastructure/files/stat-cache.ts";
import { looked, readTree } from "../../../infrastructure/files/tree.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { treeInput, write } from "./project.ts";

const test = suite("stat cache");

/** A minute later than now: whatever a test has just written is then long settled. */
const later = () => Date.now() + 60_000;

/** A file, and the file of a cache that has learned it. */
async function learned(t: Context, opened = later()): Promise<{ readonly file: string; readonly cache: string }> {
  const folder = await t.folder();
  const [file, cache] = [join(folder, "file"), join(folder, "cache")];
  writeFileSync(file, "one");
  const hashes = openStatCache(cache, opened);
  learn(hashes, file);
  hashes.save();
  return { file, cache };
}

function learn(hashes: StatCache, file: string): void {
  hashes.learn(file, lstatSync(file), hashOf(readFileSync(file)));
}

function known(cache: string, file: string): string | undefined {
  return openStatCache(cache, later()).known(file, lstatSync(file));
}

test("known() gives the hash of a file that looks as it did, in another process, too", async (t) => {
  const { file, cache } = await learned(t);
  assert.is(known(cache, file), hashOf(Buffer.from("one")));
  assert.is(statSync(cache).mode & 0o777, 0o600);
});

test("known() knows nothing of a file that was changed, touched or got other rights", async (t) => {
  for (const change of [
    (file: string) => writeFileSync(file, "three"),
    (file: string) => writeFileSync(file, "two"),
    (file: string) => utimesSync(file, 1, 1),
    (file: string) => chmodSync(file, 0o700),
  ]) {
    const { file, cache } = await learned(t);
    change(file);
    assert.is(known(cache, file), undefined);
  }
});

test("known() is not deceived by another file of the same size and time at the same place", async (t) => {
  const { file, cache } = await learned(t);
  const { atime, mtime } = statSync(file);
  writeFileSync(`${file}.new`, "two");
  utimesSync(`${file}.new`, atime, mtime);
  renameSync(`${file}.new`, file);
  assert.is(known(cache, file), undefined);
});

test("known() is not deceived when a file's time is set back after it was written", async (t) => {
  const { file, cache } = await learned(t);
  const { atime, mtime } = statSync(file);
  writeFileSync(file, "two");
  utimesSync(file, atime, mtime);
  assert.is(known(cache, file), undefined);
});

test("learn() leaves out what was changed shortly before, and what a clock that went back puts in the future", async (t) => {
  for (const opened of [Date.now(), Date.now() + 1000, Date.now() - 3_600_000]) {
    const { file, cache } = await learned(t, opened);
    assert.is(known(cache, file), undefined);
  }
});

test("openStatCache() takes a damaged file for none, and save() mends it", async (t) => {
  const { file, cache } = await learned(t);
  const whole = readFileSync(cache, "utf8");
  for (const damaged of ["", "x", whole.slice(0, -5), whole.replace(/"[0-9a-f]/, '"x')]) {
    writeFileSync(cache, damaged);
    const hashes = openStatCache(cache, later());
    assert.is(hashes.known(file, lstatSync(file)), undefined);
    learn(hashes, file);
    hashes.save();
    assert.is(readFileSync(cache, "utf8"), whole);
  }
});

test("save() of two processes leaves a whole cache, and forgets files that are gone", async (t) => {
  const { file, cache } = await learned(t);
  const [one, other] = [`${file}-1`, `${file}-2`];
  for (const path of [one, other]) writeFileSync(path, path);
  const both = [openStatCache(cache, later()), openStatCache(cache, later())] as const;
  learn(both[0], one);
  learn(both[1], other);
  renameSync(file, `${file}-gone`);
  both[0].save();
  both[1].save();
  assert.is(known(cache, one), undefined);
  assert.is(known(cache, other), hashOf(Buffer.from(other)));
  assert.not.match(readFileSync(cache, "utf8"), `${file}"`);
});

test("save() is no failure where nothing can be written", async (t) => {
  const folder = await t.folder();
  writeFileSync(join(folder, "file"), "in the way");
  const hashes = openStatCache(join(folder, "file/cache"), later());
  learn(hashes, join(folder, "file"));
  hashes.save();
});

test("readTree() with a cache gives the same tree, without reading what it knows", async (t) => {
  const project = await t.folder();
  write(project, { "n/a": "a", "n/b/c": "c", "n/d": "->a" });
  const cache = join(await t.folder(), "cache");
  const plain = await readTree(treeInput("n"), project);
  const first = openStatCache(cache, later());
  assert.equal(await readTree(treeInput("n"), project, looked(first)), plain);
  first.save();
  let missed = 0;
  const second = openStatCache(cache, later());
  const counting = {
    ...second,
    learn: () => {
      missed += 1;
    },
  };
  assert.equal(await readTree(treeInput("n"), project, looked(counting)), plain);
  assert.is(missed, 0);
  write(project, { "n/a": "A" });
  const changed = await readTree(treeInput("n"), project, looked(counting));
  assert.is(missed, 1);
  assert.equal(changed, await readTree(treeInput("n"), project));
});
