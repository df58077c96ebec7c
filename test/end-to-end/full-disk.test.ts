import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { run } from "../../infrastructure/process/run.ts";
import { rootSuite } from "../infrastructure/buildkit/daemon.ts";
import { Machine, type Project } from "../rig/cli.ts";
import { type Context, suite } from "../rig/suite.ts";

const test = rootSuite(suite("a full disk"));
let machine: Machine;

test.before(async (t) => {
  machine = t.use(await Machine.create());
});

/** A file system of eight megabytes for what the tool keeps. */
async function smallDisk(t: Context, name: string): Promise<string> {
  const folder = join(machine.folder, name);
  await mkdir(folder);
  const { code, stderr } = await run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder]);
  assert.is(code, 0, stderr);
  t.use({ [Symbol.asyncDispose]: async () => void (await run(["umount", "--lazy", folder])) });
  return folder;
}

async function library(name: string): Promise<Project> {
  const project = await machine.project({ [`images/${name}/Dockerfile`]: "FROM scratch\nCOPY *.txt /\n" });
  await project.configure(
    `const a = image("${name}", {
       tags: { "1": {} },
       files: { "made.txt": command(["cp", "big", "{out}"], { inputs: ["big"], version: "pinned" }) },
     });`,
    "a",
  );
  return project;
}

test("a prepared file that does not fit fails with a clear message", async (t) => {
  const cache = await smallDisk(t, "prepared");
  const project = await library("prepared");
  await project.write({ big: "x".repeat(9_000_000) });
  const { code, stdout } = await project.run("all", { env: { IMAGE_MANAGER_CACHE: cache } });
  assert.is(code, 1);
  assert.match(stdout, "No space left on device");
  await project.write({ big: "small" });
  assert.is((await project.run("all", { env: { IMAGE_MANAGER_CACHE: cache } })).code, 0);
});

test("results that cannot be kept fail with a clear message, and the store can be read afterwards", async (t) => {
  const cache = await smallDisk(t, "entries");
  const project = await library("entries");
  const env = { IMAGE_MANAGER_CACHE: cache };
  await project.write({ big: "first" });
  assert.is((await project.run("all", { env })).code, 0);
  await project.write({ big: "second" });
  const ballast = join(cache, "ballast");
  await writeFile(ballast, "x".repeat(9_000_000)).catch(() => {});
  const { code, stdout, stderr } = await project.run("all", { env });
  assert.is(code, 1, stdout + stderr);
  assert.match(stdout + stderr, /disk is full|No space left|ENOSPC/);
  await rm(ballast);
  const again = await project.run("all --json", { env });
  assert.is(again.code, 0, again.stdout);
  assert.ok(again.ran.includes("build entries:1 linux/amd64"));
  await project.write({ big: "first" });
  assert.equal((await project.run("all --json", { env })).ran, ["push entries:1"]);
});

test("a build for which there is no room to be staged fails with a clear message", async (t) => {
  const cache = await smallDisk(t, "staging");
  const project = await machine.project({
    "images/staged/Dockerfile": "FROM scratch\nCOPY big.txt /\n",
    "images/staged/big.txt": "x".repeat(9_000_000),
  });
  await project.configure('const staged = image("staged", { tags: { "1": {} } });', "staged");
  const { code, stdout } = await project.run("all", { env: { IMAGE_MANAGER_CACHE: cache } });
  assert.is(code, 1);
  assert.match(stdout, "The disk is full: no room");
  assert.match(stdout, "Make room. IMAGE_MANAGER_CACHE names another folder for what the tool keeps");
});
