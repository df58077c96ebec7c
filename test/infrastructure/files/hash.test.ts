import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { hashFile, readSmall } from "../../../infrastructure/files/hash.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("hashes of files");

const limit = 4 * 1024 * 1024;

test("hashFile() reads the whole file, whatever its size was when it was seen", async (t) => {
  const file = join(await t.folder(), "file");
  for (const size of [0, 1, limit - 1, limit, limit + 1, 2 * limit + 2, 9_000_000]) {
    const bytes = Buffer.alloc(size, "image-manager");
    writeFileSync(file, bytes);
    const wanted = { sha256: createHash("sha256").update(bytes).digest("hex"), size };
    for (const seen of [0, limit, limit + 1]) assert.equal(await hashFile(file, seen), wanted, `${size}, seen ${seen}`);
  }
});

test("hashFile() of many files at once mixes nothing up", async (t) => {
  const folder = await t.folder();
  const sizes = [10, 5_000_000, 200, 9_000_000, 4_000_000, 30];
  const hashes = sizes.map((size, i) => {
    const bytes = Buffer.alloc(size, `file ${i}`);
    writeFileSync(join(folder, String(i)), bytes);
    return createHash("sha256").update(bytes).digest("hex");
  });
  const found = await Promise.all(sizes.map((size, i) => hashFile(join(folder, String(i)), size)));
  assert.equal(
    found.map(({ sha256 }) => sha256),
    hashes,
  );
});

test("readSmall() gives a shorter file after a longer one", async (t) => {
  const file = join(await t.folder(), "file");
  writeFileSync(file, "a longer text");
  assert.is(readSmall(file).toString(), "a longer text");
  writeFileSync(file, "short");
  assert.is(readSmall(file).toString(), "short");
});
