import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import * as assert from "uvu/assert";
import { makeScratch } from "../../../infrastructure/process/scratch.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("makeScratch()");
const module = new URL("../../../infrastructure/process/scratch.ts", import.meta.url).href;

test("makeScratch() gives a folder that goes when it is disposed of", async (t) => {
  const parent = join(await t.folder(), "tmp");
  {
    await using scratch = await makeScratch(parent);
    assert.equal(await readdir(parent), [basename(scratch.path)]);
  }
  assert.equal(await readdir(parent), []);
});

test("makeScratch() removes what a killed process left, and nothing of others", async (t) => {
  const parent = join(await t.folder(), "tmp");
  const code = `import { makeScratch } from "${module}"; await makeScratch("${parent}"); process.kill(process.pid, "SIGKILL")`;
  await once(spawn(process.execPath, ["--input-type=module", "--eval", code], { stdio: "ignore" }), "exit");
  assert.is((await readdir(parent)).length, 1);
  await mkdir(join(parent, "1-1-elsewhere"));
  await using scratch = await makeScratch(parent);
  assert.equal((await readdir(parent)).sort(), ["1-1-elsewhere", basename(scratch.path)].sort());
});
