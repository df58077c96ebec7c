import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createDiskStore } from "../../infrastructure/store/disk.ts";
import { entryPath } from "../../infrastructure/store/place.ts";
import { entryOf } from "../infrastructure/store/entries.ts";
import { Machine } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("cache");

test(
  "cache looks after what is on this machine, and says what it cannot do",
  async (t) => {
    const machine = t.use(await Machine.create());
    const project = await machine.project();
    const folder = join(machine.folder, "cache");
    const cache = async (args: string, env: Record<string, string> = {}) => {
      const { code, stdout, stderr } = await project.run(`cache ${args}`, {
        env: { IMAGE_MANAGER_CACHE: folder, ...env },
      });
      return [code, [stdout, stderr].filter(Boolean).join("\n")];
    };
    const [a, b] = ["a", "b"].map((name) => entryOf(name));
    for (const entry of [a, b]) if (entry) await createDiskStore(folder).put(entry);

    const [code, status] = await cache("status --json");
    const { parts, limits } = JSON.parse(String(status)) as {
      parts: readonly { name: string; files: number }[];
      limits: object;
    };
    assert.equal([code, limits], [0, { size: 20e9, age: 30 * 86_400_000 }]);
    assert.is(parts.find(({ name }) => name === "entries")?.files, 2);

    await writeFile(entryPath(folder, a?.key ?? ""), "damaged");
    const path = entryPath("", a?.key ?? "");
    assert.equal(await cache("verify"), [
      1,
      `Removed ${path}: the entry was damaged\nRead 2 entries and 0 blobs: 1 of them damaged`,
    ]);
    assert.equal(await cache("verify"), [0, "Read 1 entry and 0 blobs: all are as they were written"]);
    assert.match(String(await cache("prune --all --dry-run")), /build b +\d+ B +\d{4}-\d\d-\d\d\nWould remove 1 entry/);
    assert.equal(await cache("clear"), [0, `Removed ${folder}/entries`]);
    assert.equal(await cache("clear"), [0, "Nothing to remove"]);

    assert.equal(await cache("prun"), [
      2,
      "Error: Nothing called 'prun' can be done with the cache\nDid you mean 'prune'? There are: status, prune, clear, verify",
    ]);
    assert.equal(await cache("status", { IMAGE_MANAGER_CACHE_AGE: "old" }), [
      2,
      'Error: Cannot read IMAGE_MANAGER_CACHE_AGE: "old" is not a time as in 12h, 30d or 8w, or none\nIMAGE_MANAGER_CACHE_AGE=30d',
    ]);
    await project.configure('const app = image("app", { tags: { "1": {} } });', "app");
    await project.write({ "images/app/Dockerfile": "FROM scratch\n" });
    assert.equal(await cache("prune --shared"), [
      2,
      "Error: Cannot prune the shared cache: the configuration names none\nName one, cache: garage(), or leave out --shared",
    ]);
    assert.equal(await cache("prune --shared --max-size 1GB"), [
      2,
      "Error: Cannot prune the shared cache by size\nSay how old what stays may be: --max-age=30d",
    ]);
  },
  { timeout: 120_000 },
);
