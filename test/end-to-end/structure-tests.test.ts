import * as assert from "uvu/assert";
import { Machine, type Project } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("structure tests");
let machine: Machine;

test.before(async (t) => {
  machine = t.use(await Machine.create());
});

const dockerfile = `FROM scratch
COPY --chmod=755 busybox /bin/busybox
COPY --chmod=755 busybox /bin/sh
COPY version /etc/version
`;

const tests = (version: string) => `schemaVersion: 2.0.0
commandTests:
  - name: it is the pinned version
    command: sh
    args: [-c, "read version < /etc/version; echo version $(busybox cat /etc/version)"]
    expectedOutput: ["^version ${version}\\n$"]
fileExistenceTests:
  - {name: the version is written down, path: /etc/version}
`;

/** `NAME` with two aliases, what is built on it, and an image that has nothing to do with them. */
async function family(name: string): Promise<Project> {
  const project = await machine.project({
    [`images/${name}/Dockerfile`]: dockerfile,
    [`images/${name}/version`]: "1",
    [`images/${name}/test.yml`]: tests("1"),
    [`images/${name}-child/Dockerfile`]: "FROM base\nCOPY version /etc/child\n",
    [`images/${name}-child/version`]: "1",
    [`images/${name}-other/Dockerfile`]: "FROM scratch\nCOPY version /\n",
    [`images/${name}-other/version`]: "1",
  });
  await project.busybox(name);
  await project.configure(
    `const app = image("${name}", { tags: { "1.2.0": {} }, aliases: semver(), sbom: false });
     const child = image("${name}-child", { bases: { base: app.tag("1.2.0") }, tags: { "1": {} }, sbom: false });
     const other = image("${name}-other", { tags: { "1": {} }, sbom: false });`,
    "app, child, other",
  );
  return project;
}

/** What every tag of the family is in the registry. */
async function published(name: string): Promise<readonly (string | undefined)[]> {
  const tags = [`${name}:1.2.0`, `${name}:1.2`, `${name}:1`, `${name}-child:1`, `${name}-other:1`];
  return await Promise.all(tags.map((tag) => machine.digest(tag)));
}

test(
  "a failed test stops the tags of its target and of what is built on it, and no others",
  async () => {
    const project = await family("app");
    const first = await project.run("all");
    assert.is(first.code, 0, first.stdout);
    assert.match(first.stdout, / ✔ test\s+app:1\.2\.0 +[\d.]+ s {3}2 passed\n/);
    const before = await published("app");
    await project.write({ "images/app/version": "2", "images/app-other/version": "2" });
    const broken = await project.run("all");
    assert.is(broken.code, 4);
    assert.match(broken.stdout, / ✘ test\s+app:1\.2\.0\s+1 of 2 failed\n/);
    assert.is(
      broken.stdout.slice(broken.stdout.indexOf("\n\n") + 2),
      `✘ test app:1.2.0 linux/amd64: 1 of 2 failed

   it is the pinned version    images/app/test.yml:3
     sh -c "read version < /etc/version; echo version $(busybox cat /etc/version)"
     stdout has no match for /^version 1\\n$/
     stdout   version 2

1 failed · 2 skipped because of it (app-child:1) · 10 done · nothing of app, app-child was published`,
    );
    const after = await published("app");
    assert.equal(after.slice(0, 4), before.slice(0, 4));
    assert.is.not(after[4], before[4]);

    await project.write({ "images/app/test.yml": tests("2") });
    const again = await project.run("all --json");
    assert.is(again.code, 0, again.stdout);
    assert.equal(again.ran.toSorted(), [
      "push app-child:1",
      "push app:1.2.0",
      "render app:1.2.0",
      "test app:1.2.0 linux/amd64",
    ]);
    const moved = await published("app");
    assert.ok(moved.slice(0, 4).every((digest, i) => digest !== undefined && digest !== before[i]));
    assert.equal((await project.run("all --json")).ran, []);
  },
  { timeout: 120_000 },
);

test("test() says which targets have no tests, and fails when none has", async () => {
  const project = await family("few");
  const some = await project.run("test");
  assert.is(some.code, 0, some.stdout);
  assert.match(some.stdout, "Note: No tests: few-child:1, few-other:1\n");
  const none = await project.run("test few-child few-other");
  assert.is(none.code, 2);
  assert.is(
    none.stderr,
    `Error: No tests: few-child:1, few-other:1
   looked   images/few-child/test.yml, images/few-other/test.yml
Write images/few-child/test.yml, or name one in the configuration: tests: "path/to/test.yml"`,
  );
});
