import * as assert from "uvu/assert";
import { hostPlatform } from "../../bin/platform.ts";
import type { Inspection } from "../../src/report/inspection.ts";
import { Machine, type Project } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("inspect");
let machine: Machine;
let project: Project;

test.before(async (t) => {
  machine = t.use(await Machine.create());
  project = await machine.project({
    "images/base/Dockerfile": "FROM scratch\nCOPY hello.txt /\n",
    "images/base/hello.txt": "hello\n",
    "images/tool/Dockerfile": `FROM base:1.0.0
COPY busybox /bin/busybox
RUN ["/bin/busybox", "touch", "/made"]
ENV LEVEL=9
USER 1000
WORKDIR /work
ENTRYPOINT ["/bin/busybox"]
CMD ["true"]
`,
    "images/tool/test.yml": testFile("/made"),
  });
  await project.busybox("tool");
  await project.configure(
    `const base = image("base", { tags: { "1.0.0": {} }, sbom: false });
     const tool = image("tool", { tags: { "2.0.0": {} }, aliases: semver(), labels: { team: "build" } });`,
    "base, tool",
    "defaults: {}",
  );
});

function testFile(path: string): string {
  return `schemaVersion: 2.0.0
fileExistenceTests:
  - { name: "${path} is there", path: ${path}, shouldExist: true }
`;
}

async function inspect(target: string): Promise<Inspection> {
  const { code, stdout, stderr } = await project.run(`inspect ${target} --json`);
  assert.is(code, 0, stderr);
  return JSON.parse(stdout).targets[0];
}

test("inspect says what is not built, and how to build it", async () => {
  const { code, stdout } = await project.run("inspect base:1.0.0");
  assert.is(code, 0);
  assert.is(
    stdout,
    `base:1.0.0
  image       ${machine.address}/base, no index yet
  tags        ${machine.address}/base:1.0.0  not published

  ${hostPlatform}  not built: not made before
    image-manager build base:1.0.0 --platform ${hostPlatform}`,
  );
});

test(
  "inspect says what is known of a published target",
  async () => {
    const { code, stdout } = await project.run("all");
    assert.is(code, 0, stdout);
    const { digest, tags, platforms, parents, aliases } = await inspect("tool:2");
    assert.is(digest, await machine.digest("tool:2.0.0"));
    assert.equal([parents, aliases], [["base:1.0.0"], ["2.0", "2"]]);
    assert.equal(
      tags,
      ["2.0.0", "2.0", "2"].map((tag) => ({ reference: `${machine.address}/tool:${tag}`, state: "here" })),
    );
    const image = platforms[0]?.image;
    assert.equal(
      image?.layers.map(({ from, instruction }) => [from, instruction]),
      [
        ["base:1.0.0", "COPY hello.txt /"],
        ["tool:2.0.0", "COPY busybox /bin/busybox"],
        ["tool:2.0.0", "RUN /bin/busybox touch /made"],
        ["tool:2.0.0", "WORKDIR /work"],
      ],
    );
    const { env, user, workdir, entrypoint, cmd, labels } = image?.config ?? {};
    assert.equal([env?.LEVEL, user, workdir, labels?.team], ["9", "1000", "/work", "build"]);
    assert.equal([entrypoint, cmd], [["/bin/busybox"], ["true"]]);
    assert.equal(image?.tests, { state: "passed", passed: 1, failed: 0 });
    assert.type(image?.packages, "number");
    assert.equal(image?.attached.map(({ type }) => type).toSorted(), [
      "application/spdx+json",
      "application/vnd.cyclonedx+json",
      "application/vnd.in-toto+json",
    ]);
  },
  { timeout: 120_000 },
);

test("inspect tells of tests that are not run yet, and of those that failed", async () => {
  await project.write({ "images/tool/test.yml": testFile("/missing") });
  assert.equal((await inspect("tool")).platforms[0]?.image?.tests, { state: "not run", passed: 0, failed: 0 });
  assert.is((await project.run("test tool")).code, 4);
  assert.equal((await inspect("tool")).platforms[0]?.image?.tests, { state: "failed", passed: 0, failed: 1 });
});

test("inspect takes several targets, and tells tags that point elsewhere", async () => {
  await project.write({ "images/base/hello.txt": "good morning\n" });
  await project.run("manifest base");
  const { stdout } = await project.run("inspect base tool");
  assert.match(stdout, `${machine.address}/base:1.0.0  on another digest`);
  assert.match(stdout, `tool:2.0.0 --platform ${hostPlatform}`);
});
