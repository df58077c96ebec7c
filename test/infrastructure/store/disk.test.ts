import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as assert from "uvu/assert";
import { createBlobs } from "../../../infrastructure/store/blobs.ts";
import { createDiskStore } from "../../../infrastructure/store/disk.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { conforms, type Name, type Subject } from "./conformance.ts";
import { entryOf } from "./entries.ts";

const test = suite("disk store");

async function subject(t: Context): Promise<Subject> {
  const root = await t.folder();
  const pathOf = (name: Name) =>
    "key" in name
      ? join(root, "entries", name.key.slice(0, 2), name.key.slice(2))
      : join(root, "blobs", name.sha256.slice(0, 2), name.sha256.slice(2));
  return {
    view: async () => {
      let newer = 0;
      const store = createDiskStore(root, () => {
        newer += 1;
      });
      const blobs = createBlobs(root);
      return {
        get: async (key) => (await store.get(key))?.entry,
        put: store.put,
        keep: blobs.adopt,
        has: blobs.has,
        fetch: blobs.path,
        folder: async () => root,
        newer: () => newer,
      };
    },
    read: (name) => readFile(pathOf(name)),
    write: async (name, bytes) => {
      await mkdir(dirname(pathOf(name)), { recursive: true });
      await writeFile(pathOf(name), bytes);
    },
  };
}

conforms(test, subject);

async function files(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

test("get() says that it was the disk, and removes what is damaged", async (t) => {
  const folder = await t.folder();
  const store = createDiskStore(folder);
  await store.put(entryOf("a"));
  assert.equal(await store.get(entryOf("a").key), { entry: entryOf("a"), store: "disk" });
  const [file = ""] = await files(folder);
  await writeFile(`${file}.damaged`, "damaged");
  await rename(`${file}.damaged`, file);
  assert.is(await store.get(entryOf("a").key), undefined);
  assert.equal(await files(folder), []);
});

test("put() leaves no temporary file and overwrites whole", async (t) => {
  const folder = await t.folder();
  const store = createDiskStore(folder);
  await Promise.all(Array.from({ length: 20 }, () => store.put(entryOf("a"))));
  assert.is((await files(folder)).length, 1);
});

test("put() says what to do when the folder cannot be written", async (t) => {
  const file = join(await t.folder(), "file");
  await writeFile(file, "");
  try {
    await createDiskStore(file).put(entryOf("a"));
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, `Cannot keep results in ${file}: ENOTDIR`);
  }
});
