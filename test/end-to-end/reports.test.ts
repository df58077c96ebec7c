import { existsSync } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { hostPlatform } from "../../bin/platform.ts";
import type { PlatformReport, Report } from "../../src/report/document.ts";
import { Machine, type Project } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("reports");
let machine: Machine;
let project: Project;

test.before(async (t) => {
  machine = t.use(await Machine.create());
  project = await machine.project({
    "images/base/Dockerfile": "FROM scratch\nCOPY hello.txt /\n",
    "images/base/hello.txt": "hello\n",
    "images/base/test.yml": testFile("/hello.txt"),
    "images/tool/Dockerfile": "FROM base:1.0.0\nCOPY busybox /bin/busybox\n",
    "images/tool/test.yml": testFile("/bin/busybox"),
  });
  await project.busybox("tool");
  await project.configure(
    `const base = image("base", { tags: { "1.0.0": {} }, sbom: false });
     const tool = image("tool", { tags: { "2.0.0": {} }, aliases: semver(), sbom: false });`,
    "base, tool",
  );
});

function testFile(path: string): string {
  return `schemaVersion: 2.0.0
fileExistenceTests:
  - { name: "${path} is there", path: ${path}, shouldExist: true }
`;
}

async function report(): Promise<Report> {
  return JSON.parse(await readFile(join(project.folder, "dist/report.json"), "utf8"));
}

function platformOf(target: string, { images }: Report): PlatformReport {
  const [platform] = images.flatMap(({ targets }) => targets).find(({ id }) => id === target)?.platforms ?? [];
  assert.ok(platform, target);
  return platform;
}

test(
  "a run leaves a report and a page of it",
  async () => {
    const { code, stdout } = await project.run("all");
    assert.is(code, 0, stdout);
    const found = await report();
    assert.equal([found.schema, found.changes], [1, null]);
    const [, tool] = found.images.flatMap(({ targets }) => targets);
    assert.equal(
      tool?.published,
      ["2.0.0", "2.0", "2"].map((tag) => `${machine.address}/tool:${tag}`),
    );
    assert.is(tool?.digest, await machine.digest("tool:2"));
    const { build, tests } = platformOf("tool:2.0.0", found);
    assert.equal(
      build?.layers.map(({ from }) => from),
      ["base:1.0.0", "tool:2.0.0"],
    );
    assert.equal([tests.state, tests.results.map(({ name }) => name)], ["passed", ["/bin/busybox is there"]]);
    const page = await readFile(join(project.folder, "dist/index.html"), "utf8");
    assert.ok(page.includes("/bin/busybox is there"));
    assert.not.ok(JSON.stringify(found).includes(machine.folder));
  },
  { timeout: 120_000 },
);

test("a run that finds nothing new writes nothing", async () => {
  const times = async () => {
    const files = ["dist/report.json", "dist/index.html"].map((name) => stat(join(project.folder, name)));
    return (await Promise.all(files)).map(({ mtimeMs, ino }) => [mtimeMs, ino]);
  };
  const before = await times();
  assert.is((await project.run("all")).code, 0);
  assert.is((await project.run("test tool")).code, 0);
  assert.equal(await times(), before);
});

test("a test that fails is in the report, and the rest of it is kept", async () => {
  await project.write({ "images/tool/test.yml": testFile("/bin/toolbox") });
  const { code, stdout } = await project.run("all tool --report junit=out.xml --report json=out.json,html=out.html");
  assert.is(code, 4, stdout);
  const found = await report();
  assert.equal(
    [platformOf("tool:2.0.0", found).tests.state, platformOf("base:1.0.0", found).tests.state],
    ["failed", "passed"],
  );
  assert.equal(found.changes?.targets, [
    {
      target: "tool:2.0.0",
      builds: [],
      packages: [],
      tests: [{ name: "/bin/toolbox is there", now: "failed", platforms: [hostPlatform] }],
    },
  ]);
  const read = (name: string) => readFile(join(project.folder, name), "utf8");
  assert.is(await read("out.json"), await read("dist/report.json"));
  assert.is(await read("out.html"), await read("dist/index.html"));
  const xml = await read("out.xml");
  assert.match(xml, `<testsuite name="tool:2.0.0 ${hostPlatform}" tests="1" failures="1" errors="0"`);
  assert.match(xml, '<failure message="');
});

test("JUnit names what kept tests from running", async () => {
  await project.write({ "images/base/Dockerfile": "FROM scratch\nCOPY missing /\n" });
  const { code } = await project.run("test --report junit=out.xml");
  assert.is(code, 1);
  const xml = await readFile(join(project.folder, "out.xml"), "utf8");
  assert.match(xml, `<testcase classname="base:1.0.0 ${hostPlatform}" name="build base:1.0.0 ${hostPlatform}"`);
  assert.match(xml, `<testcase classname="tool:2.0.0 ${hostPlatform}" name="build base:1.0.0 ${hostPlatform}"`);
  assert.match(xml, '<error message="Not begun: build, test">');
  assert.not.ok(xml.includes(machine.folder), xml);
  await project.write({ "images/base/Dockerfile": "FROM scratch\nCOPY hello.txt /\n" });
});

test("a damaged report counts as none", async () => {
  await writeFile(join(project.folder, "dist/report.json"), '{"schema":1,"images":[{}');
  await project.write({ "images/tool/test.yml": testFile("/bin/busybox") });
  assert.is((await project.run("all")).code, 0);
  assert.is((await report()).changes, null);
});

test("a page that is gone is written again", async () => {
  await rm(join(project.folder, "dist/index.html"));
  assert.is((await project.run("test")).code, 0);
  assert.ok(existsSync(join(project.folder, "dist/index.html")));
});

test("render and dry runs report nothing, and clean removes the report", async () => {
  await project.run("clean");
  assert.not.ok(existsSync(join(project.folder, "dist")));
  await project.run("render");
  await project.run("all --dry-run --report json=dry.json");
  assert.not.ok(existsSync(join(project.folder, "dist/report.json")));
  assert.not.ok(existsSync(join(project.folder, "dry.json")));
});

test("a page of somebody else is left alone", async () => {
  await project.write({ "dist/index.html": "<title>Mine</title>" });
  const { code, stdout } = await project.run("build");
  assert.is(code, 0);
  assert.match(
    stdout,
    "Warning: dist/index.html is not image-manager's and was left alone; --report html=FILE writes the page elsewhere",
  );
  assert.is(await readFile(join(project.folder, "dist/index.html"), "utf8"), "<title>Mine</title>");
  assert.is((await report()).schema, 1);
});

test("--report says what it cannot write before anything is run", async () => {
  const said = async (value: string) => {
    const { code, stdout, stderr } = await project.run(`test --report ${value}`);
    assert.equal([code, stdout], [2, ""]);
    return stderr;
  };
  assert.is(
    await said("junti=a.xml"),
    "Error: --report has no format 'junti'\nDid you mean 'junit'? There are: junit, json, html",
  );
  assert.is(await said("junit"), "Error: --report junit names no file\nAs in --report junit=report.xml");
  assert.is(
    await said("json=no/a.json"),
    "Error: --report json=no/a.json: the folder no does not exist\nMake it first",
  );
  assert.is(
    await said("html=images"),
    "Error: --report html=images: that is a folder\nAs in --report html=report.html",
  );
});
