import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createDiskStore } from "../../../infrastructure/store/disk.ts";
import type { Entry } from "../../../src/entry.ts";
import { keyOf } from "../../../src/graph/key.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("disk store");

function entry(name: string): Entry {
  const material = { kind: "build", name };
  const task = { id: `build ${name}`, kind: "build", target: name, platform: null };
  return {
    schema: 2,
    key: keyOf(material),
    task,
    material,
    output: { name },
    blobs: [],
    made: {
      at: "2026-01-01T00:00:00.000Z",
      duration: 1,
      host: "here",
      commit: null,
      branch: null,
      registry: "localhost:5050/",
      version: "1",
    },
  };
}

async function onlyFile(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  assert.is(files.length, 1);
  return join(files[0]?.parentPath ?? "", files[0]?.name ?? "");
}

test("get() gives what put() kept, also from another process's view", async (t) => {
  const folder = await t.folder();
  await createDiskStore(folder).put(entry("a"));
  assert.equal(await createDiskStore(folder).get(entry("a").key), { entry: entry("a"), store: "disk" });
  assert.is(await createDiskStore(folder).get(entry("b").key), undefined);
});

test("get() takes a truncated entry for a miss and removes it", async (t) => {
  const folder = await t.folder();
  const store = createDiskStore(folder);
  await store.put(entry("a"));
  await truncate(await onlyFile(folder), 100);
  assert.is(await store.get(entry("a").key), undefined);
  assert.equal(
    (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile()),
    [],
  );
});

test("get() takes an entry under another key for a miss", async (t) => {
  const [folder, other] = [await t.folder(), await t.folder()];
  await createDiskStore(folder).put(entry("a"));
  await createDiskStore(other).put(entry("b"));
  await writeFile(await onlyFile(other), await readFile(await onlyFile(folder)));
  assert.is(await createDiskStore(other).get(entry("b").key), undefined);
});

test("put() leaves no temporary file and overwrites whole", async (t) => {
  const folder = await t.folder();
  const store = createDiskStore(folder);
  await Promise.all(Array.from({ length: 20 }, () => store.put(entry("a"))));
  await onlyFile(folder);
  assert.equal(await store.get(entry("a").key), { entry: entry("a"), store: "disk" });
});

test("put() says what to do when the folder cannot be written", async (t) => {
  const file = join(await t.folder(), "file");
  await writeFile(file, "");
  try {
    await createDiskStore(file).put(entry("a"));
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, `Cannot keep results in ${file}: ENOTDIR`);
  }
});
