import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import * as assert from "uvu/assert";
import { loadProject } from "../../../infrastructure/config/load.ts";
import { type Problem, problemsOf } from "../../../src/problem.ts";
import { type Context, suite } from "../../rig/suite.ts";

const test = suite("loadProject()");

const api = pathToFileURL("src/mod.ts").href;
const small = `import { defineImages, image } from "${api}";
  export default defineImages({ images: [image("app", { tags: { "1": {} }, dockerfile: { text: "FROM scratch" } })] });
`;

async function project(t: Context, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await t.folder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

function load(folder: string, config?: string, environment = {}) {
  return loadProject({ folder, config, environment, platform: "linux/amd64" });
}

async function problemOf(loading: Promise<unknown>): Promise<Problem | undefined> {
  const problems = await loading.then(() => [], problemsOf);
  assert.is(problems.length, 1);
  return problems[0];
}

for (const name of ["images.config.ts", "images.config.mts", "images.config.js", "images.config.mjs"]) {
  test(`loadProject() finds ${name}`, async (t) => {
    const { project: loaded, files } = await load(await project(t, { [name]: small }));
    assert.equal(
      loaded.targets.map(({ id }) => id),
      ["app:1"],
    );
    assert.equal(loaded.files, [name]);
    assert.ok(files.includes(name) && files.includes("images/app"));
  });
}

test("loadProject() says where it looked when there is no configuration", async (t) => {
  const folder = await t.folder();
  assert.equal(await problemOf(load(folder)), {
    code: "no-configuration",
    kind: "config",
    message: `Cannot find a configuration in ${folder}`,
    looked: ["images.config.ts", "images.config.mts", "images.config.js", "images.config.mjs"],
    fix: "Write images.config.ts: export default defineImages({ images: [ … ] })",
  });
});

test("loadProject() says which configuration is missing when one is named", async (t) => {
  const problem = await problemOf(load(await t.folder(), "other.ts"));
  assert.is(problem?.message, "Cannot find the configuration other.ts");
});

test("loadProject() refuses to choose between two configurations", async (t) => {
  const folder = await project(t, { "images.config.ts": small, "images.config.mts": small });
  assert.equal(await problemOf(load(folder)), {
    code: "two-configurations",
    kind: "config",
    message: "Cannot choose between images.config.ts and images.config.mts",
    fix: "Remove one, or name the right one with --config",
  });
  assert.is((await load(folder, "images.config.mts")).project.targets.length, 1);
});

test("loadProject() gives the line of a syntax error", async (t) => {
  const folder = await project(t, { "images.config.ts": 'import "node:fs";\n\nexport default {;\n' });
  const problem = await problemOf(load(folder));
  assert.is(problem?.code, "configuration-failed");
  assert.match(problem?.message ?? "", /^Cannot load images\.config\.ts: /);
  assert.equal(problem?.place, { file: "images.config.ts", line: 3 });
});

test("loadProject() gives the line of a syntax error in a file that the configuration imports", async (t) => {
  const folder = await project(t, {
    "images.config.ts": 'import "./images/tags.ts";\n',
    "images/tags.ts": "export {}\nlet;\n",
  });
  assert.equal((await problemOf(load(folder)))?.place, { file: "images/tags.ts", line: 2 });
});

test("loadProject() takes TypeScript for a module when package.json says commonjs, and offers .mjs for JavaScript", async (t) => {
  const commonjs = { "package.json": '{ "type": "commonjs" }' };
  assert.is((await load(await project(t, { "images.config.ts": small, ...commonjs }))).project.targets.length, 1);
  const folder = await project(t, { "images.config.js": small, ...commonjs });
  assert.equal(await problemOf(load(folder)), {
    code: "configuration-failed",
    kind: "config",
    message: "Cannot load images.config.js: Cannot use import statement outside a module",
    place: { file: "images.config.js", line: 1 },
    fix: 'Rename it to images.config.mjs, or write "type": "module" in package.json',
  });
});

test("loadProject() tells an import that is not there", async (t) => {
  const folder = await project(t, { "images.config.ts": 'import "./nope.ts";\n' });
  const problem = await problemOf(load(folder));
  assert.match(problem?.message ?? "", /^Cannot load images\.config\.ts: Cannot find module 'nope\.ts'/);
  assert.is(problem?.place?.file, "images.config.ts");
});

test("loadProject() tells the place of an error that the configuration throws", async (t) => {
  const folder = await project(t, { "images.config.ts": '\n\nthrow new Error("Broken on purpose");\nexport {};\n' });
  assert.equal(await problemOf(load(folder)), {
    code: "configuration-failed",
    kind: "config",
    message: "Cannot load images.config.ts: Broken on purpose",
    place: { file: "images.config.ts", line: 3, column: 7 },
  });
});

test("loadProject() tells the place of an error thrown by the function of defineImages()", async (t) => {
  const text = `import { defineImages } from "${api}";\nexport default defineImages(({ env }) => {\n  throw new Error(\`No \${env.NOPE}\`);\n});\n`;
  const problem = await problemOf(load(await project(t, { "images.config.ts": text })));
  assert.is(problem?.message, "Cannot load images.config.ts: No undefined");
  assert.equal(problem?.place, { file: "images.config.ts", line: 3, column: 9 });
});

for (const [what, text, found] of [
  ["nothing", "export const images = 1;\n", "no default export"],
  ["something else", "export default { images: [] };\n", "a default export that is not made by defineImages()"],
] as const) {
  test(`loadProject() wants defineImages() when ${what} is exported`, async (t) => {
    assert.equal(await problemOf(load(await project(t, { "images.config.ts": text }))), {
      code: "no-default-export",
      kind: "config",
      message: "Cannot use images.config.ts: its default export is not made by defineImages()",
      place: { file: "images.config.ts" },
      found,
      wanted: "export default defineImages({ images: [ … ] })",
    });
  });
}

test("loadProject() names the files that the configuration imports and reads", async (t) => {
  const folder = await project(t, {
    "images.config.ts": `import { tags } from "./tags.ts";\nimport { defineImages, image } from "${api}";\nexport default defineImages({ images: [image("app", { tags })] });\n`,
    "tags.ts": 'export const tags = { "1": {} };\n',
    "images/app/Dockerfile": "FROM scratch\n",
  });
  const { project: loaded, files } = await load(folder);
  assert.equal(loaded.files, ["images.config.ts", "images/app/Dockerfile", "tags.ts"]);
  assert.ok(files.includes("images/app/Dockerfile.njk"), "what was looked for and is not there counts, too");
});

test("loadProject() records what the configuration reads of the environment, there or not", async (t) => {
  const text = `import { defineImages, image } from "${api}";
  export default defineImages(({ env }) => ({
  images: [image("app", { tags: { [env.TAG ?? "1"]: {} }, dockerfile: { text: "FROM scratch" } })],
  archive: "CI" in env,
}));
`;
  const folder = await project(t, { "images.config.ts": text });
  const { project: loaded, environment } = await load(folder, undefined, { TAG: "2", HOME: "/root" });
  assert.equal(
    loaded.targets.map(({ id }) => id),
    ["app:2"],
  );
  assert.is(loaded.archive, false);
  assert.equal(environment, { TAG: "2", CI: undefined });
});

test("loadProject() refuses to list the environment", async (t) => {
  const text = `import { defineImages } from "${api}";\nexport default defineImages(({ env }) => ({ ...env }) as never);\n`;
  const problem = await problemOf(load(await project(t, { "images.config.ts": text })));
  assert.is(
    problem?.message,
    "Cannot load images.config.ts: Cannot list the environment: read variables by name, as in env.CI",
  );
  assert.equal(problem?.place, { file: "images.config.ts", line: 2, column: 43 });
});

test("loadProject() takes a configuration and all that it imports as they are when it is asked again", async (t) => {
  const config = `import { defineImages, image } from "${api}";
    import { tag } from "./tag.ts";
    import old from "./old.cjs";
    const dockerfile = { text: "FROM scratch" };
    export default defineImages({ images: [image("app", { tags: { [tag + old.suffix]: {} }, dockerfile })] });
  `;
  const folder = await project(t, {
    "images.config.ts": config,
    "tag.ts": 'export const tag = "1";\n',
    "old.cjs": 'exports.suffix = "a";\n',
  });
  const before = await load(folder);
  await writeFile(join(folder, "tag.ts"), 'export const tag = "2";\n');
  await writeFile(join(folder, "old.cjs"), 'exports.suffix = "b";\n');
  const after = await load(folder);
  const ids = [before, after].map(({ project }) => project.targets[0]?.id);
  assert.equal(ids, ["app:1a", "app:2b"]);
  assert.equal(after.project.files, ["images.config.ts", "old.cjs", "tag.ts"]);
  await writeFile(
    join(folder, "images.config.ts"),
    config.replace("image(", "// One more line\nimage(").replace("tags", "tugs"),
  );
  assert.equal((await problemOf(load(folder)))?.place, { file: "images.config.ts", line: 6, column: 16 });
});
