import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import * as assert from "uvu/assert";
import { debian } from "../infrastructure/syft/image.ts";
import { type CliOptions, clone, Machine, type Project } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";
import { tool } from "../rig/tools.ts";

const test = suite("SBOMs");
let machine: Machine;

test.before(async (t) => {
  machine = t.use(await Machine.create());
});

/** A project with one image of four packages. */
async function inventoried(settings = ""): Promise<Project> {
  const content = Object.entries(Object.assign({}, ...debian) as Record<string, string>);
  const project = await machine.project({
    "images/base/Dockerfile": "FROM scratch\nCOPY . /\n",
    ...Object.fromEntries(content.map(([path, text]) => [`images/base/${path}`, text])),
  });
  await project.configure(`const base = image("base", { tags: { "13": {} }, ${settings} });`, "base", "defaults: {}");
  return project;
}

const documents = ["sbom.cyclonedx.json", "sbom.spdx.json"];

function filesOf(project: Project, folder = "dist/base/13"): Promise<readonly string[]> {
  return Promise.all(documents.map((name) => readFile(join(project.folder, folder, name), "utf8")));
}

async function sbom(project: Project, options?: CliOptions): Promise<readonly string[]> {
  const { code, stdout, stderr, ran } = await project.run("sbom --json", options);
  assert.is(code, 0, stdout + stderr);
  return ran.filter((id) => id.startsWith("sbom "));
}

test("sbom writes both documents to dist, and puts back what was deleted without reading the image again", async () => {
  const project = await inventoried();
  const { code, stdout } = await project.run("sbom");
  assert.is(code, 0, stdout);
  assert.match(stdout, /sbom +base:13.* 4 packages/);
  const files = await filesOf(project);
  for (const name of documents) await rm(join(project.folder, "dist/base/13", name));
  assert.equal(await sbom(project), []);
  assert.equal(await filesOf(project), files);
});

test("sbom writes the same bytes for another user with other settings of syft, in another folder", async () => {
  const [one, other] = [await inventoried(), await inventoried()];
  await sbom(one);
  const env = machine.home("other");
  const settings = "select-catalogers: ['-debian']\n";
  await other.write({ ".syft.yaml": settings, [relative(other.folder, join(env.HOME ?? "", ".syft.yaml"))]: settings });
  assert.equal(await sbom(other, { env }), ["sbom base:13 linux/amd64"]);
  assert.equal(await filesOf(other), await filesOf(one));
});

test("sbom writes documents for each platform", async () => {
  const project = await inventoried('platforms: ["linux/amd64", "linux/arm64"]');
  await sbom(project);
  for (const platform of ["amd64", "arm64"]) {
    const [, spdx = ""] = await filesOf(project, `dist/base/13/linux-${platform}`);
    assert.match(spdx, new RegExp(`pkg:oci/base@sha256%3A[0-9a-f]{64}\\?arch=${platform}"`));
  }
});

test("sbom: false leaves an image out", async () => {
  const project = await inventoried("sbom: false");
  const { code, stderr } = await project.run("sbom");
  assert.equal([code, stderr], [0, ""]);
  assert.is(await filesOf(project).catch((error) => error.code), "ENOENT");
});

test("a damaged document is not put into dist but made anew", async () => {
  const project = await inventoried();
  const env = machine.home("damaged");
  await sbom(project, { env });
  const files = await filesOf(project);
  const { stdout } = await project.run("sbom --json", { env });
  const { sha256 } = JSON.parse(stdout.split("\n").find((line) => line.includes('"cyclonedx"')) ?? "").outcome.output
    .cyclonedx;
  const blob = join(env.XDG_CACHE_HOME ?? "", "image-manager/blobs", sha256.slice(0, 2), sha256.slice(2));
  await writeFile(blob, (await readFile(blob, "utf8")).replace("bash", "hash"));
  await rm(join(project.folder, "dist/base/13", "sbom.cyclonedx.json"));
  assert.equal(await sbom(project, { env }), ["sbom base:13 linux/amd64"]);
  assert.equal(await filesOf(project), files);
});

test("sbom says how to do without syft where there is no Go to build it", async () => {
  const project = await inventoried();
  const env = { ...machine.home("bare"), PATH: dirname(await tool("buildctl")) };
  const program = [process.execPath, ...clone.slice(1)];
  const { code, stdout } = await project.run("sbom", { env, program });
  assert.is(code, 5, stdout);
  const fix =
    "Install Go 1.24.1 or newer (https://go.dev/dl), or put the programs of syft 1.39.0 on PATH, " +
    "or do without: sbom: false";
  assert.match(stdout, `\nError: Cannot build syft 1.39.0: there is no Go\n${fix}\n`);
});
