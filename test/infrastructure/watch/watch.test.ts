import { writeFileSync } from "node:fs";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as assert from "uvu/assert";
import { type Watch, watchFiles } from "../../../infrastructure/watch/watch.ts";
import type { Watched } from "../../../src/watch/watched.ts";
import { type Context, suite } from "../../rig/suite.ts";

const watched: Watched = { folders: ["images/app", "scripts"], files: ["images.config.ts", "lib/later/values.ts"] };

for (const poll of [null, 20]) {
  const test = suite(poll === null ? "watchFiles() by events" : "watchFiles() by polling");

  test("watchFiles() tells of files that change, come and go", async (t) => {
    const { write, folder, seen, watch } = await started(t, poll);
    assert.equal(watch.files(), ["images.config.ts", "images/app/Dockerfile"]);
    await write("images/app/Dockerfile", "FROM scratch\n# Changed\n");
    await seen("images/app/Dockerfile");
    await write("images.config.ts", "2");
    await seen("images.config.ts");
    await rm(join(folder, "images/app/Dockerfile"));
    await seen("images/app/Dockerfile");
    await symlink("nowhere", join(folder, "images/app/link"));
    await seen("images/app/link");
  });

  test("watchFiles() tells of a file that another is renamed over", async (t) => {
    const { write, folder, seen } = await started(t, poll);
    await write("images/app/.Dockerfile.swp", "FROM x\n");
    await rename(join(folder, "images/app/.Dockerfile.swp"), join(folder, "images/app/Dockerfile"));
    await seen("images/app/Dockerfile");
  });

  test("watchFiles() sees what is in folders that were created and filled at once", async (t) => {
    const { write, folder, seen } = await started(t, poll);
    await Promise.all(["a/b/c/one", "a/b/two", "a/d/three"].map((path) => write(`images/app/${path}`, path)));
    await seen("images/app/a/b/c/one", "images/app/a/b/two", "images/app/a/d/three");
    await write("images/app/a/b/c/one", "changed");
    await seen("images/app/a/b/c/one");
    await rm(join(folder, "images/app/a"), { recursive: true });
    await seen("images/app/a", "images/app/a/b/two");
    await write("images/app/a/b/two", "again");
    await seen("images/app/a/b/two");
  });

  test("watchFiles() sees paths whose folders come later", async (t) => {
    const { write, seen } = await started(t, poll);
    await write("scripts/deep/make.sh", "true");
    await seen("scripts/deep/make.sh");
    await write("lib/later/values.ts", "1");
    await seen("lib/later/values.ts");
  });

  test("watchFiles() says nothing of what is not watched, written by the tool or by an editor", async (t) => {
    const { write, told } = await started(t, poll);
    const others = ["dist/app/1/Dockerfile", "images/app/.git/index", "images/app/node_modules/x/y", "README.md"];
    const swaps = [
      "images/app/.Dockerfile.swp",
      "images/app/4913",
      "images/app/Dockerfile~",
      "images/app/.#Dockerfile",
    ];
    for (const path of [...others, ...swaps, "images/other/file", "lib/other.ts"]) await write(path, "x");
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(told, []);
  });

  test("follow() looks at other paths, and tells what had changed of those before", async (t) => {
    const { write, seen, told, watch } = await started(t, poll);
    await write("images/other/file", "1");
    await write("images.config.ts", "3");
    watch.follow({ folders: ["images/other"], files: ["images.config.ts"] });
    await seen("images.config.ts");
    await write("images/app/Dockerfile", "no longer");
    await write("images/other/file", "2 and more");
    await seen("images/other/file");
    assert.not.ok(told.includes("images/app/Dockerfile"));
  });

  test("look() gives what has changed, which is then not told", async (t) => {
    const { folder, told, watch } = await started(t, poll);
    writeFileSync(join(folder, "images.config.ts"), "longer");
    assert.equal(watch.look(""), ["images.config.ts"]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(told, []);
  });
}

async function started(t: Context, poll: number | null) {
  const folder = await t.folder();
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await write("images.config.ts", "1");
  await write("images/app/Dockerfile", "FROM scratch\n");
  const told: string[] = [];
  const watch: Watch = t.use(
    watchFiles({
      folder,
      watched,
      poll,
      changed: (paths) => told.push(...paths),
      fellBack: (reason) => assert.unreachable(reason),
    }),
  );
  /** Waits until all of these paths have been told of, and forgets what was told. */
  const seen = async (...paths: readonly string[]): Promise<void> => {
    while (!paths.every((path) => told.includes(path))) {
      if (t.signal.aborted) throw new Error(`Told of ${told.join(", ")}, not of ${paths.join(", ")}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    told.length = 0;
  };
  return { folder, write, told, seen, watch };
}
