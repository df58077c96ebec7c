import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createDist } from "../../../infrastructure/files/dist.ts";
import { readTree } from "../../../infrastructure/files/tree.ts";
import type { Dist, View } from "../../../src/ports.ts";
import { suite } from "../../rig/suite.ts";
import { treeInput, write } from "./project.ts";

const test = suite("dist");

interface Fixture {
  readonly project: string;
  readonly folder: string;
  readonly dist: Dist;
  readonly view: View;
}

/** A project whose view is a Dockerfile and a tree with a link, a program and an empty folder. */
async function fixture(project: string): Promise<Fixture> {
  write(project, {
    "rootfs/etc/motd": "hi",
    "rootfs/bin/x": { text: "#!", mode: 0o755 },
    "rootfs/l": "->etc/motd",
    "rootfs/empty": null,
  });
  const folder = join(project, "dist");
  const tree = await readTree(treeInput("rootfs"), project);
  const view = { files: { "node/24/Dockerfile": "FROM base:13\n" }, trees: { "node/24/rootfs": tree } };
  return { project, folder, dist: createDist({ folder, project }), view };
}

function listing(folder: string): readonly string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).sort();
}

test("write() shows files and trees, and holds() says so", async (t) => {
  const { dist, view, folder } = await fixture(await t.folder());
  assert.is(await dist.holds(view), false);
  await dist.write(view);
  assert.is(await dist.holds(view), true);
  assert.is(readFileSync(join(folder, "node/24/Dockerfile"), "utf8"), "FROM base:13\n");
  assert.is(readlinkSync(join(folder, "node/24/rootfs/l")), "etc/motd");
  assert.is(statSync(join(folder, "node/24/rootfs/bin/x")).mode & 0o777, 0o755);
  const names = ["node", "24", "Dockerfile", "rootfs"];
  assert.equal(
    listing(folder)
      .slice(0, 2)
      .concat(readdirSync(join(folder, "node/24")).sort()),
    ["node", "node/24", ...names.slice(2)],
  );
});

test("holds() notices whatever differs", async (t) => {
  const changes: Record<string, (folder: string) => void> = {
    "other text of equal size": (f) => writeFileSync(join(f, "Dockerfile"), "FROM base:12\n"),
    "other bytes in the tree": (f) => writeFileSync(join(f, "rootfs/etc/motd"), "ho"),
    "a further file": (f) => writeFileSync(join(f, "rootfs/etc/new"), ""),
    "a further folder": (f) => mkdirSync(join(f, "rootfs/empty/too")),
    "another mode": (f) => write(f, { "rootfs/bin/x": { text: "#!", mode: 0o644 } }),
  };
  for (const [name, change] of Object.entries(changes)) {
    const { dist, view, folder } = await fixture(await t.folder());
    await dist.write(view);
    change(join(folder, "node/24"));
    assert.is(await dist.holds(view), false, name);
    await dist.write(view);
    assert.is(await dist.holds(view), true, name);
  }
});

test("write() replaces what is in the way and goes through no link", async (t) => {
  const { dist, view, folder, project } = await fixture(await t.folder());
  write(project, { "outside/24/keep": "k", "dist/other": "->../outside" });
  symlinkSync("../outside", join(folder, "node"));
  await dist.write({ files: {}, trees: view.trees });
  assert.equal(listing(join(project, "outside")), ["24", "24/keep"]);
  assert.ok(lstatSync(join(folder, "node")).isDirectory());
  write(folder, { "node/24/Dockerfile/x": "a folder" });
  await dist.write(view);
  assert.is(await dist.holds(view), true);
  await dist.write({ files: { "node/24/rootfs": "a file" }, trees: {} });
  assert.is(readFileSync(join(folder, "node/24/rootfs"), "utf8"), "a file");
});

test("write() refuses a path outside", async (t) => {
  const { dist } = await fixture(await t.folder());
  const message = await dist.write({ files: { "../x": "" }, trees: {} }).then(String, (error) => error.message);
  assert.match(message, /^Internal error: \.\.\/x is not below/);
});

async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield new Uint8Array(size).fill(i);
}

test("writeStream() remembers what the file is until it is touched or replaced", async (t) => {
  const { dist, folder } = await fixture(await t.folder());
  const path = "node/24/image.tar";
  const file = join(folder, path);
  assert.is(await dist.holdsStream(path, "sha256:a"), false);
  assert.equal(await dist.writeStream(path, "sha256:a", chunks(3, 1000)), { size: 3000 });
  assert.is(await dist.holdsStream(path, "sha256:a"), true);
  assert.is(await dist.holdsStream(path, "sha256:b"), false);
  utimesSync(file, new Date(), new Date());
  assert.is(await dist.holdsStream(path, "sha256:a"), false);
  await dist.writeStream(path, "sha256:a", chunks(1, 10));
  writeFileSync(file, "else");
  assert.is(await dist.holdsStream(path, "sha256:a"), false);
});

test("writeStream() leaves the old file when the new one fails, and nothing else", async (t) => {
  const { dist, folder } = await fixture(await t.folder());
  await dist.writeStream("a/image.tar", "one", chunks(1, 10));
  async function* torn(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(10);
    throw new Error("the registry went away");
  }
  const message = await dist.writeStream("a/image.tar", "two", torn()).then(String, (error) => error.message);
  assert.is(message, "the registry went away");
  assert.is(await dist.holdsStream("a/image.tar", "one"), true);
  assert.equal(listing(folder), ["a", "a/image.tar"]);
});

test("writeStream() takes no more than it can write", async (t) => {
  const { dist } = await fixture(await t.folder());
  const before = process.memoryUsage.rss();
  await dist.writeStream("big", "big", chunks(200, 1024 * 1024));
  assert.ok(process.memoryUsage.rss() - before < 120e6, "memory grew with the file");
});

test("sweep() removes what no target owns any more, but nothing of somebody else's and nothing through links", async (t) => {
  const { dist, view, folder, project } = await fixture(await t.folder());
  await dist.write(view);
  write(project, { "outside/keep": "k" });
  write(folder, {
    "node/22/Dockerfile": "old",
    "node/24/image.tar": "old",
    "gone/1/rootfs/a": "old",
    "half/1/x": "old",
    "gone/2/image.tar": "old",
    "deep/name/1/linux-arm64/image.tar": "old",
    "node/link": "->../../outside",
    link: "->../outside",
    "bundle.js": "another program's",
    "assets/Dockerfile": "another program's",
    "assets/logo.svg": "another program's",
    [`node/24/.image.tar.${process.pid}.tmp`]: "being written",
    "node/24/.image.tar.2147483647.tmp": "left by a crash",
  });
  const removed = await dist.sweep(["node/24/Dockerfile", "node/24/rootfs", "half/1/Dockerfile"]);
  assert.equal([...removed].sort(), [
    "deep/name/1",
    "gone/1",
    "gone/2",
    "half/1/x",
    "node/22",
    "node/24/.image.tar.2147483647.tmp",
    "node/24/image.tar",
    "node/link",
  ]);
  assert.is(await dist.holds(view), true);
  assert.equal(readdirSync(folder).sort(), ["assets", "bundle.js", "link", "node"]);
  assert.equal(listing(join(project, "outside")), ["keep"]);
  assert.equal(await createDist({ folder: join(project, "none"), project }).sweep(["a"]), []);
});
