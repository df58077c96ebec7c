import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createLock } from "../../../infrastructure/lock/lock.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { front } from "../registry/front.ts";
import { client, problems, pushImage, pushIndex, repository, sha256 } from "../registry/images.ts";
import { realRegistry } from "../registry/real.ts";

const test = suite("images.lock");

const heading = "# Digests of the images from outside. Commit this file; an entry that is removed is pinned anew.\n";

async function fresh(t: Context, content?: string) {
  const file = join(await t.folder(), "images.lock");
  if (content !== undefined) await writeFile(file, content);
  return file;
}

test("pinned() pins a base on first use and asks nobody after that", async (t) => {
  const registry = client(t);
  const { address, seen } = await front(t, await realRegistry(t), () => false);
  const { index, images } = await pushIndex(registry, repository(address, "debian"), "12", ["arm64", "amd64"]);
  const file = await fresh(t);
  const lock = createLock({ file, registry, write: true });
  const [arm, amd] = images.map(({ descriptor }) => descriptor.digest);
  const reference = `${address}/debian:12`;
  assert.equal(await lock.pinned(reference, "linux/amd64"), { repository: `${address}/debian`, digest: amd });
  assert.equal(await lock.pinned(reference, "linux/arm64"), { repository: `${address}/debian`, digest: arm });
  const text = `${heading}bases:
  ${reference}:
    index: ${index.descriptor.digest}
    platforms:
      linux/amd64: ${amd}
      linux/arm64: ${arm}
`;
  assert.is(await readFile(file, "utf8"), text);
  const asked = seen.length;
  await pushIndex(registry, repository(address, "debian"), "12", ["amd64"]);
  const again = createLock({ file, registry, write: true });
  const before = seen.length;
  assert.is((await again.pinned(reference, "linux/amd64")).digest, amd);
  assert.is(seen.length, before);
  assert.ok(before > asked);
});

test("pinned() takes the platform of a single manifest from its configuration", async (t) => {
  const registry = client(t);
  const address = await realRegistry(t);
  const image = await pushImage(registry, repository(address, "tool"), { architecture: "arm64" });
  await registry.putManifest(repository(address, "tool"), "1", image);
  const lock = createLock({ file: await fresh(t), registry, write: true });
  const { digest } = image.descriptor;
  assert.equal(await lock.pinned(`${address}/tool:1`, "linux/arm64"), { repository: `${address}/tool`, digest });
  assert.equal(await problems(lock.pinned(`${address}/tool:1`, "linux/amd64")), [
    {
      code: "base-platform-missing",
      kind: "config",
      message: `Base ${address}/tool:1 has no linux/amd64`,
      found: "linux/arm64",
      fix: "Leave the platform out, or remove the base from images.lock if it has it by now.",
    },
  ]);
});

test("pinned() writes nothing in a dry run", async (t) => {
  const registry = client(t);
  const address = await realRegistry(t);
  await pushIndex(registry, repository(address, "debian"), "12", ["amd64"]);
  const folder = await t.folder();
  const lock = createLock({ file: join(folder, "images.lock"), registry, write: false });
  await lock.pinned(`${address}/debian:12`, "linux/amd64");
  assert.equal(await readdir(folder), []);
});

test("pinned() needs neither lock nor registry for a digest", async (t) => {
  const file = await fresh(t, "broken: [");
  const lock = createLock({ file, registry: client(t), write: true });
  const digest = sha256("any");
  const repository = "docker.io/library/debian";
  assert.equal(await lock.pinned(`debian:12@${digest}`, "linux/amd64"), { repository, digest });
});

test("pinned() keeps what other processes pinned meanwhile, and agrees with them", async (t) => {
  const registry = client(t);
  const address = await realRegistry(t);
  const names = ["a", "b", "c", "d", "e", "f"];
  await Promise.all(names.map((name) => pushIndex(registry, repository(address, name), "1", ["amd64"])));
  const file = await fresh(t);
  const locks = [1, 2, 3].map(() => createLock({ file, registry, write: true }));
  // Each has read the empty file before any of them writes.
  await Promise.all(locks.map((lock) => problems(lock.pinned(`${address}/none:1`, "linux/amd64"))));
  const pins = locks.flatMap((lock) => names.map((name) => lock.pinned(`${address}/${name}:1`, "linux/amd64")));
  const digests = (await Promise.all(pins)).map(({ digest }) => digest);
  assert.is(new Set(digests).size, names.length);
  const text = await readFile(file, "utf8");
  assert.equal(
    [...text.matchAll(/^ {2}\S+\/(\w):1:$/gm)].map(([, name]) => name),
    names,
  );
});

test("pinned() says that a base does not exist", async (t) => {
  const registry = client(t);
  const address = await realRegistry(t);
  const lock = createLock({ file: await fresh(t), registry, write: true });
  assert.equal(await problems(lock.pinned(`${address}/nothing:1`, "linux/amd64")), [
    { code: "unknown-base", kind: "config", message: `Base ${address}/nothing:1 does not exist` },
  ]);
});

test("pinned() names file and line of a lock that was broken by hand", async (t) => {
  const broken = {
    "bases:\n  a:1: [\n": { line: 3, found: "BAD_INDENT" },
    "bases:\n  docker.io/library/a:1:\n    platforms:\n      linux/amd64: sha256:12\n": {
      line: 4,
      found: "bases › docker.io/library/a:1 › platforms › linux/amd64: not a digest",
    },
    "bases:\n  docker.io/library/a:1: {}\n": {
      line: 2,
      found: "bases › docker.io/library/a:1 › platforms: Invalid input: expected record, received undefined",
    },
  };
  for (const [text, { line, found }] of Object.entries(broken)) {
    const lock = createLock({ file: await fresh(t, text), registry: client(t), write: true });
    assert.equal(await problems(lock.pinned("a:1", "linux/amd64")), [
      {
        code: "lock-invalid",
        kind: "config",
        message: "Cannot read images.lock",
        place: { file: "images.lock", line },
        found,
        fix: "Restore it from version control, or remove the entry to pin the base anew.",
      },
    ]);
  }
});
