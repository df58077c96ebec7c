import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { stageTree } from "../../../infrastructure/files/stage.ts";
import { readTree } from "../../../infrastructure/files/tree.ts";
import { ImagesError } from "../../../src/problem.ts";
import { suite } from "../../rig/suite.ts";
import { treeInput, write } from "./project.ts";

const test = suite("staging");

/** Nanoseconds since 1970 of everything in a folder and of itself, without repetitions. */
function times(folder: string): readonly bigint[] {
  const paths = ["", ...(readdirSync(folder, { recursive: true }) as string[])].map((name) => join(folder, name));
  return [...new Set(paths.map((path) => lstatSync(path, { bigint: true }).mtimeNs))];
}

async function staged(project: string, to: string, extra: Record<string, string> = {}): Promise<string> {
  const tree = await readTree(treeInput("n"), project);
  await stageTree(tree, project, to, extra);
  return to;
}

test("stageTree() copies files, links and folders with the tree's modes under any umask", async (t) => {
  const project = await t.folder();
  write(project, { "n/a/run": { text: "x", mode: 0o700 }, "n/empty": null, "n/l": "->a/run", "n/big": "" });
  truncateSync(join(project, "n/big"), 5_000_000);
  const before = process.umask(0o077);
  const folder = await staged(project, join(await t.folder(), "context")).finally(() => process.umask(before));
  const modes = ["", "a", "a/run", "empty", "big"].map((path) =>
    (statSync(join(folder, path)).mode & 0o777).toString(8),
  );
  assert.equal(modes, ["755", "755", "755", "755", "644"]);
  assert.is(readlinkSync(join(folder, "l")), "a/run");
  assert.is(statSync(join(folder, "big")).size, 5_000_000);
});

test("stageTree() links prepared files from where they lie", async (t) => {
  const project = await t.folder();
  write(project, { "n/a": "1", "blobs/ab/cd": "blob" });
  const blob = join(project, "blobs/ab/cd");
  const folder = await staged(project, join(project, "out"), { "deep/er/rootfs.tar": blob });
  assert.is(readFileSync(join(folder, "deep/er/rootfs.tar"), "utf8"), "blob");
  assert.is(statSync(join(folder, "deep/er/rootfs.tar")).ino, statSync(blob).ino);
  assert.is(times(folder).length, 1);
});

test("stageTree() gives all files one time in the epoch's second, equal for equal content only", async (t) => {
  const project = await t.folder();
  const seen: bigint[] = [];
  for (const [i, text] of ["one", "two", "one"].entries()) {
    write(project, { "n/f.txt": text, "n/sub/g": "", ...(i === 0 ? { "n/l": "->f.txt" } : {}) });
    const found = times(await staged(project, join(project, `out${i}`)));
    assert.is(found.length, 1, "one time for everything");
    seen.push(found[0] ?? 0n);
  }
  assert.is(new Set(seen).size, 2);
  assert.is(seen[0], seen[2]);
  assert.ok(seen.every((time) => time / 1_000_000_000n === 315_532_800n));
});

test("stageTree() keeps 24 bits of the content's hash in the time, in every runtime", async (t) => {
  const project = await t.folder();
  const files: string[] = [];
  for (let i = 0; i < 60; i++) {
    write(project, { "n/f": String(i) });
    files.push(join(await staged(project, join(project, `out${i}`)), "f"));
  }
  // Asked of another program: Deno itself sees milliseconds only.
  const seen = execFileSync("stat", ["--format=%.9Y", ...files], { encoding: "utf8" })
    .trim()
    .split("\n");
  assert.is(new Set(seen).size, 60);
  assert.ok(seen.filter((time) => !time.endsWith("000")).length > 50, "times are finer than a microsecond");
});

test("stageTree() tells of a file that is not what was hashed", async (t) => {
  const project = await t.folder();
  write(project, { "n/a": "1", "n/big": "" });
  truncateSync(join(project, "n/big"), 5_000_000);
  const tree = await readTree(treeInput("n"), project);
  for (const [i, file] of ["a", "big"].entries()) {
    writeFileSync(join(project, "n", file), "2");
    try {
      await stageTree(tree, project, join(project, `out${i}`), {});
      assert.unreachable();
    } catch (error) {
      assert.instance(error, ImagesError);
      assert.is((error as ImagesError).message, `Cannot stage n/${file}: it changed while it was being read`);
    }
    write(project, { "n/a": "1" });
  }
});

test("stageTree() refuses a prepared file that the folder has, too", async (t) => {
  const project = await t.folder();
  write(project, { "n/rootfs.tar": "1", blob: "2" });
  const work = staged(project, join(project, "out"), { "rootfs.tar": join(project, "blob") });
  const message = await work.then(String, (error) => error.message);
  assert.is(message, "Cannot stage the prepared file rootfs.tar: the image's folder has a file of that name, too");
});

test("stageTree() makes an empty folder of no tree", async (t) => {
  const folder = join(await t.folder(), "context");
  await stageTree(null, "/nowhere", folder, {});
  assert.equal(readdirSync(folder), []);
});
