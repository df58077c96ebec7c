import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import * as assert from "uvu/assert";
import { suite } from "../rig/suite.ts";

const test = suite("resolving the tool's own name");

/** Imports a file that imports "image-manager", and says whether that is the source of this very program. */
const script = `
  import { resolveSelf } from ${JSON.stringify(resolve("bin/resolve-self.ts"))};
  import { defineImages } from ${JSON.stringify(resolve("src/mod.ts"))};
  await resolveSelf();
  const found = await import(process.argv[2]);
  console.log(found.defineImages === defineImages);
`;

test("resolveSelf() gives this program to a configuration that has another or none installed", async (t) => {
  const folder = await t.folder();
  const other = join(folder, "other/node_modules/image-manager");
  await mkdir(other, { recursive: true });
  await writeFile(join(other, "package.json"), '{ "name": "image-manager", "exports": "./other.js" }');
  await writeFile(join(other, "other.js"), "exports.defineImages = 'of another copy';\n");
  await writeFile(join(folder, "run.ts"), script);
  for (const place of ["other", "."]) {
    const configuration = join(folder, place, "images.config.ts");
    await writeFile(configuration, 'export { defineImages } from "image-manager";\n');
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "run.ts"), configuration]);
    assert.is(stdout, "true\n");
  }
});
