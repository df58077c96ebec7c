import { readdirSync } from "node:fs";
import * as assert from "uvu/assert";
import { Machine } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("first use");
let machine: Machine;

test.before(async (t) => {
  machine = t.use(await Machine.create());
});

test("check checks types in a folder where nothing is installed", async () => {
  const project = await machine.project();
  const scratch = 'dockerfile: { text: "FROM scratch" }, tags: { "1": {} }';
  await project.configure(`const a = image("a", { ${scratch} });`, "a");
  const right = await project.run("check --json");
  assert.is(right.stdout, '{"targets":1,"notices":[],"typesChecked":true}');
  await project.configure(`const a = image("a", { ${scratch} });\nconst b = a.tag("2");`, "a");
  const wrong = await project.run("check");
  assert.is(wrong.code, 3);
  assert.is(
    wrong.stderr,
    `The configuration has 1 problem.

1  Argument of type '"2"' is not assignable to parameter of type '"1"'. (TS2345)    images.config.ts:3`,
  );
});

test("clean removes what the tool has put in dist/, and nothing else", async () => {
  const project = await machine.project({ "dist/bundle.js": "another program's" });
  await project.configure('const a = image("a", { dockerfile: { text: "FROM scratch" }, tags: { "1": {} } });', "a");
  await project.run("render");
  assert.equal(readdirSync(`${project.folder}/dist`), ["a", "bundle.js"]);
  assert.is((await project.run("clean")).stdout, `Removed ${project.folder}/dist/a/1`);
  assert.equal(readdirSync(`${project.folder}/dist`), ["bundle.js"]);
  assert.is((await project.run("clean")).stdout, "Nothing to remove");
});

test("a wrong command line is told with what would be right", async () => {
  const project = await machine.project();
  const said = async (args: string) => {
    const { code, stderr } = await project.run(args);
    return [code, stderr];
  };
  assert.equal(await said("build --jobs 0"), [
    2,
    "error: option '--jobs <number>' argument '0' is invalid. It is a whole number above 0.",
  ]);
  assert.equal(await said("start foo"), [
    2,
    "Error: No service is called 'foo'\nThere are: buildkitd, registry, garage, dind",
  ]);
});

test("a secret that several targets lack is told once", async () => {
  const project = await machine.project();
  const platforms = 'platforms: ["linux/amd64", "linux/arm64"]';
  const secrets = 'secrets: { token: { env: "NO_TOKEN" } }';
  const text = 'dockerfile: { text: "FROM scratch" }';
  await project.configure(
    `const a = image("a", { ${platforms}, ${secrets}, ${text}, tags: { "1": {}, "2": {} } });`,
    "a",
  );
  const { code, stderr } = await project.run("build");
  assert.is(code, 3);
  assert.match(stderr, "1  The secret 'token' of a:1 and 1 more has no value");
  assert.not.match(stderr, "2  The secret");
});

test("a registry elsewhere is looked for and never started", async () => {
  const project = await machine.project();
  const declared = 'const a = image("a", { dockerfile: { text: "FROM scratch" }, tags: { "1": {} } });';
  await project.configure(declared, "a", 'registry: oci("registry.invalid/team")');
  const { code, stderr } = await project.run("start registry");
  assert.is(code, 5);
  assert.is(
    stderr,
    "Error: Registry not reachable at registry.invalid\nStart it on its machine, or name another registry in the configuration",
  );
  const status = await project.run("status registry --json");
  assert.is(JSON.parse(status.stdout).services[0].state, "unreachable");
});

test("a folder that cannot be written to is told with the variable that moves it", async () => {
  const project = await machine.project({ file: "" });
  await project.configure('const a = image("a", { dockerfile: { text: "FROM scratch" }, tags: { "1": {} } });', "a");
  const cache = `${project.folder}/file`;
  const told = await project.run("build", { env: { IMAGE_MANAGER_CACHE: cache } });
  assert.is(told.code, 1);
  assert.is(
    told.stderr,
    `Error: Cannot write to ${cache}: a file is in the way\nSet IMAGE_MANAGER_CACHE to a folder of your own`,
  );
  const { stdout } = await project.run("build", { env: { XDG_STATE_HOME: cache } });
  assert.match(stdout, `Cannot write to ${cache}/image-manager: a file is in the way`);
});

test("a file that COPY does not find is told by its name alone", async () => {
  const project = await machine.project({ "images/a/.dockerignore": "hidden", "images/a/hidden": "" });
  const text = 'dockerfile: { text: "FROM scratch\\nCOPY hidden /\\n" }';
  await project.configure(`const a = image("a", { ${text}, tags: { "1": {} } });`, "a");
  const { code, stdout } = await project.run("build");
  assert.is(code, 1);
  assert.match(stdout, '2 │ COPY hidden /\n   "/hidden" is not there\n\n   COPY sees what lies in the image\'s folder');
});

test("a misspelt import of the library is told with the nearest name", async () => {
  const project = await machine.project({
    "images.config.ts": 'import { defineImage } from "image-manager";\nexport default defineImage({ images: [] });\n',
  });
  const { code, stderr } = await project.run("list");
  assert.is(code, 3);
  assert.match(stderr, 'fix      Did you mean "defineImages"?');
});

test("stop ends what runs though the configuration cannot be loaded any more", async () => {
  const project = await machine.project();
  await project.configure('const a = image("a", { dockerfile: { text: "FROM scratch" }, tags: { "1": {} } });', "a");
  await project.run("start registry");
  await project.write({ "images.config.ts": "export default 5" });
  assert.is((await project.run("stop registry")).stdout, "registry stopped");
  assert.is(await machine.digest("a:1").catch(() => "down"), "down");
});
