import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import * as assert from "uvu/assert";
import { type Context, suite } from "../rig/suite.ts";

const test = suite("setup");
const npm = "npm install --no-save --no-audit --no-fund --ignore-scripts";

/** A clone whose npm and Node only write down that they were called. */
async function clone(t: Context): Promise<string> {
  const root = await t.folder();
  for (const folder of ["bin", "programs", "infrastructure/doctor", "infrastructure/tools"]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await copyFile("bin/setup", join(root, "bin/setup"));
  for (const file of ["package-lock.json", "bin/setup.ts", "infrastructure/doctor/a.ts", "infrastructure/tools/a.ts"]) {
    await writeFile(join(root, file), "first\n");
  }
  await script(join(root, "bin/node"), `echo "node $*" >>${root}/calls`);
  await script(join(root, "programs/npm"), `sleep 0.1; echo "npm $*" >>${root}/calls`);
  return root;
}

async function script(file: string, text: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

async function setup(root: string, ...args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, PATH: `${root}/programs:/usr/bin:/bin` };
  const child = spawn("sh", ["-c", '"$0" "$@" 2>&1', join(root, "bin/setup"), ...args], { env });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  return { output, code };
}

async function calls(root: string): Promise<readonly string[]> {
  return (await readFile(join(root, "calls"), "utf8")).trim().split("\n");
}

test("bin/setup installs packages and goes on in Node, and has nothing to do after that", async (t) => {
  const root = await clone(t);
  const { code, output } = await setup(root, "test");
  assert.is(code, 0);
  assert.match(output, new RegExp(`^npm packages: ${npm}\nnpm packages: done in \\d+ s\n$`));
  for (const what of ["test", "run"]) assert.equal(await setup(root, what), { code: 0, output: "" });
  assert.equal(await calls(root), [npm, "node bin/setup.ts test"]);
});

test("bin/setup does again what has changed, and no more", async (t) => {
  const root = await clone(t);
  await setup(root);
  await writeFile(join(root, "infrastructure/tools/a.ts"), "second\n");
  await setup(root);
  await writeFile(join(root, "package-lock.json"), "second\n");
  await setup(root);
  const node = "node bin/setup.ts run";
  assert.equal(await calls(root), [npm, node, node, npm, node]);
});

test("bin/setup works once when two are started together", async (t) => {
  const root = await clone(t);
  const both = await Promise.all([setup(root), setup(root)]);
  assert.equal(
    both.map(({ code }) => code),
    [0, 0],
  );
  const waited = both.filter(({ output }) => output === "Waiting for another set-up of this folder\n");
  assert.is(waited.length, 1);
  assert.equal(await calls(root), [npm, "node bin/setup.ts run"]);
});

test("bin/setup shows npm's last lines and the way out, and tries again next time", async (t) => {
  const root = await clone(t);
  await script(join(root, "programs/npm"), "echo 'npm error network'; exit 1");
  const expected =
    `npm packages: ${npm}\nError: npm failed:\nnpm error network\n` +
    `Run '${npm}' again when what it says is mended.\n`;
  assert.equal(await setup(root), { code: 1, output: expected });
  assert.equal(await setup(root), { code: 1, output: expected });
});

test("bin/setup refuses what it does not know", async (t) => {
  assert.equal(await setup(await clone(t), "everything"), { code: 2, output: "Usage: bin/setup [run|test]\n" });
});
