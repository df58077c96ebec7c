import { once } from "node:events";
import { chmodSync, rmSync, truncateSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { readFiles, readTree } from "../../../infrastructure/files/tree.ts";
import type { Tree } from "../../../src/input.ts";
import { ImagesError } from "../../../src/problem.ts";
import { suite } from "../../rig/suite.ts";
import { treeInput, write } from "./project.ts";

const test = suite("trees");

function lines({ files }: Tree): readonly string[] {
  return files.map((file) => {
    if (file.type === "link") return `${file.path} -> ${file.to}`;
    return `${file.path} ${file.mode.toString(8)}${file.type === "file" ? ` ${file.size} ${file.sha256.slice(0, 8)}` : ""}`;
  });
}

async function failure(work: Promise<unknown>): Promise<ImagesError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ImagesError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("readTree() lists files, links and folders by code unit with normalised modes", async (t) => {
  const project = await t.folder();
  write(project, {
    "node/run.sh": { text: "#!", mode: 0o700 },
    "node/a/b.txt": { text: "b", mode: 0o640 },
    "node/a-b": { text: "", mode: 0o666 },
    "node/shared": { text: "x", mode: 0o674 },
    "node/Z": "->nowhere",
    "node/é/empty": null,
    "node/sudoers": { text: "s", mode: 0o644 },
  });
  const tree = await readTree({ ...treeInput("node"), modes: { sudoers: 0o440, a: 0o700 } }, project);
  assert.equal(lines(tree), [
    "Z -> nowhere",
    "a 700",
    "a-b 644 0 e3b0c442",
    "a/b.txt 644 1 3e23e816",
    "run.sh 755 2 3612ddaf",
    "shared 644 1 2d711642",
    "sudoers 440 1 043a7187",
    "é 755",
    "é/empty 755",
  ]);
  assert.match(tree.digest, /^[0-9a-f]{64}$/);
});

test("readTree() applies .dockerignore and the excluded patterns, these last", async (t) => {
  const project = await t.folder();
  write(project, {
    "node/.dockerignore": "*\n!app\n!test\napp/*.log\n",
    "node/app/main.js": "1",
    "node/app/x.log": "2",
    "node/test/t.js": "3",
    "node/other": "4",
  });
  const tree = await readTree({ ...treeInput("node"), exclude: ["test"] }, project);
  assert.equal(lines(tree), ["app 755", "app/main.js 644 1 6b86b273"]);
});

test("readTree() takes Dockerfile.dockerignore before .dockerignore and keeps neither", async (t) => {
  const project = await t.folder();
  write(project, { "n/.dockerignore": "a", "n/Dockerfile.dockerignore": "b", "n/a": "1", "n/b": "2" });
  assert.equal(lines(await readTree(treeInput("n"), project)), ["a 644 1 6b86b273"]);
});

test("readTree() gives the same digest under another umask", async (t) => {
  const digests: string[] = [];
  for (const umask of [0o077, 0o022]) {
    const project = await t.folder();
    const before = process.umask(umask);
    try {
      write(project, { "node/a/b": "b", "node/empty": null });
    } finally {
      process.umask(before);
    }
    digests.push((await readTree(treeInput("node"), project)).digest);
  }
  assert.is(digests[0], digests[1]);
});

test("readTree() gives another digest for another content, mode, name, link or empty folder", async (t) => {
  const variants = [
    { "n/a": "1" },
    { "n/a": "2" },
    { "n/b": "1" },
    { "n/a": { text: "1", mode: 0o755 } },
    { "n/a": "->1" },
    { "n/a": null },
    { "n/a": "1", "n/b": null },
  ];
  const digests = await Promise.all(
    variants.map(async (files) => {
      const project = await t.folder();
      write(project, files);
      return (await readTree(treeInput("n"), project)).digest;
    }),
  );
  assert.is(new Set(digests).size, variants.length);
});

test("readTree() hashes a file that is too big to be read at once", async (t) => {
  const project = await t.folder();
  write(project, { "n/big": "" });
  truncateSync(join(project, "n/big"), 9_000_001);
  assert.equal(lines(await readTree(treeInput("n"), project)), ["big 644 9000001 8870803b"]);
});

test("readTree() refuses a socket", async (t) => {
  const project = await t.folder();
  write(project, { "n/a": "1" });
  const server = createServer().listen(join(project, "n/s"));
  await once(server, "listening");
  const { message } = await failure(readTree(treeInput("n"), project));
  server.close();
  assert.is(message, "Cannot put n/s into an image: it is a socket");
});

test("readTree() names a folder that is not there and a file that may not be read", async (t) => {
  const project = await t.folder();
  const missing = await failure(readTree(treeInput("images/nod"), project));
  assert.is(missing.message, "Cannot read folder images/nod: it does not exist");
  if (process.getuid?.() === 0) return;
  write(project, { "n/a": { text: "1", mode: 0o000 } });
  assert.is((await failure(readTree(treeInput("n"), project))).message, "Cannot read n/a: permission denied");
});

test("readTree() tells of a file that vanishes while it reads", async (t) => {
  const project = await t.folder();
  write(project, Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`n/${String(i).padStart(3, "0")}`, "x"])));
  const reading = failure(readTree(treeInput("n"), project));
  rmSync(join(project, "n/590"));
  const { message, problems } = await reading;
  assert.is(message, "Cannot read n/590: it vanished while the files around it were being read");
  assert.is(problems[0]?.code, "file-changed");
});

test("readTree() refuses an ignore file in a folder that is laid over an image", async (t) => {
  const project = await t.folder();
  write(project, { "rootfs/.dockerignore": "x" });
  const { message } = await failure(readTree({ ...treeInput("rootfs"), ignoreFile: false }, project));
  assert.is(message, "Cannot lay rootfs over an image: BuildKit would leave out what its .dockerignore says");
});

test("readFiles() reads globs and folders, each file once", async (t) => {
  const project = await t.folder();
  write(project, { "a.txt": "1", "b.txt": "2", "scripts/x": { text: "3", mode: 0o755 }, "scripts/y/z": "4" });
  chmodSync(join(project, "b.txt"), 0o600);
  const tree = await readFiles(["*.txt", "a.*", "scripts"], project);
  assert.equal(lines(tree), [
    "a.txt 644 1 6b86b273",
    "b.txt 644 1 d4735e3a",
    "scripts/x 755 1 4e074085",
    "scripts/y 755",
    "scripts/y/z 644 1 4b227777",
  ]);
  const { message } = await failure(readFiles(["*.md"], project));
  assert.is(message, 'Cannot find the input "*.md": no file of the project matches');
});
