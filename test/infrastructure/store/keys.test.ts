import { writeFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { createDiskStore } from "../../../infrastructure/store/disk.ts";
import { keysBeginning } from "../../../infrastructure/store/keys.ts";
import { entryPath } from "../../../infrastructure/store/place.ts";
import { suite } from "../../rig/suite.ts";
import { entryOf } from "./entries.ts";

const test = suite("keys of a store");

test("keysBeginning() finds whole keys of what is stored, and nothing of what is being written", async (t) => {
  const folder = await t.folder();
  const entry = entryOf("one");
  assert.equal(keysBeginning(folder, entry.key.slice(0, 4)), []);
  await createDiskStore(folder).put(entry);
  writeFileSync(`${entryPath(folder, entry.key)}.1-aaaa.tmp`, "");
  for (const length of [2, 12, 64]) assert.equal(keysBeginning(folder, entry.key.slice(0, length)), [entry.key]);
  const other = entry.key.endsWith("0") ? "1" : "0";
  assert.equal(keysBeginning(folder, entry.key.slice(0, 63) + other), []);
});
