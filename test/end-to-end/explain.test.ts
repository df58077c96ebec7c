import { chmod, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { hostPlatform } from "../../bin/platform.ts";
import type { Explanation } from "../../src/explain/explain.ts";
import type { Foreseen } from "../../src/run/foresee.ts";
import { Machine, type Project } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";
import { configure, createToy, files, plain } from "./toy.ts";

const test = suite("explain");
let machine: Machine;
let project: Project;

const build = `build app:1 ${hostPlatform}`;

test.before(async (t) => {
  machine = t.use(await Machine.create());
  project = await createToy(machine);
});

/** What `explain` prints. */
async function explain(what: string, env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await project.run(`explain ${what}`, { env });
  assert.is(code, 0, stdout + stderr);
  return plain(stdout, machine);
}

test("explain says what was never made", async () => {
  assert.is(
    await explain("build base:1"),
    "build base:1 PLATFORM would run: not made before.\n  From: 2 labels, 1 file, buildkitd 0.26.3.",
  );
  assert.is(
    await explain("manifest base"),
    "manifest base:1 may run: behind build base:1 PLATFORM, which would run: not made before.",
  );
});

const last = "  Last: WHEN, HERE, from this machine's store, key KEY.\n  Since then:\n";

test("explain says who made what is there, and of what", async () => {
  assert.is((await project.run("all")).code, 0);
  assert.is(
    await explain("build app"),
    `build app:1 PLATFORM is up to date.
  Made: WHEN, HERE, from this machine's store, key KEY.
  From: OUTSIDE (sha256:HASH…), prepare app:1 made.txt (HASH…), base:1 (sha256:HASH…), ${same(["1 build argument", "3 files"])}.`,
  );
});

const outputs = "OUTSIDE (sha256:HASH…), prepare app:1 made.txt (HASH…), base:1 (sha256:HASH…)";

/** What is the same beside the outputs: labels and the builder are, always. */
function same([argument, files]: readonly [string | null, string]): string {
  return [...(argument === null ? [] : [argument]), "2 labels", files, "buildkitd 0.26.3"].join(", ");
}

interface Change {
  readonly make: () => Promise<unknown>;
  /** Of the file or setting, and what has become of it. */
  readonly told: string;
  readonly same: string;
  /** Beside the task in a plan. */
  readonly reason: string;
}

const all = `${outputs}, ${same(["1 build argument", "3 files"])}`;
const others = `${outputs}, ${same(["1 build argument", "2 more files"])}`;

const changes: Readonly<Record<string, Change>> = {
  "the content of a file": {
    make: () => project.write({ "images/app/app.txt": "changed\n" }),
    told: "file  images/app/app.txt  HASH… → HASH…",
    same: others,
    reason: "images/app/app.txt changed (HASH… → HASH…)",
  },
  "the mode of a file": {
    make: () => chmod(join(project.folder, "images/app/app.txt"), 0o755),
    told: "mode  images/app/app.txt  0644 → 0755",
    same: others.replace(" more", ""),
    reason: "images/app/app.txt has another mode (0644 → 0755)",
  },
  "a new file": {
    make: () => project.write({ "images/app/new.txt": "new\n" }),
    told: "file  images/app/new.txt  new",
    same: others.replace("2 more", "3 more"),
    reason: "images/app/new.txt is new",
  },
  "a removed file": {
    make: () => rm(join(project.folder, "images/app/old.txt")),
    told: "file  images/app/old.txt  gone",
    same: others,
    reason: "images/app/old.txt is gone",
  },
  "a build argument": {
    make: () => configure(project, { greeting: "good morning" }),
    told: "argument  GREETING  hello → good morning",
    same: `${outputs}, ${same([null, "3 files"])}`,
    reason: "build argument GREETING changed (hello → good morning)",
  },
  "a line of the Dockerfile": {
    make: () =>
      project.write({
        "images/app/Dockerfile": files["images/app/Dockerfile"].replace("ARG GREETING", "ARG GREETING=hi"),
      }),
    told: "file  images/app/Dockerfile line 2  ARG GREETING → ARG GREETING=hi",
    same: all,
    reason: "images/app/Dockerfile line 2 changed (ARG GREETING → ARG GREETING=hi)",
  },
  "another digest in images.lock": {
    make: async () => {
      const lock = await readFile(join(project.folder, "images.lock"), "utf8");
      await project.write({ "images.lock": lock.replaceAll(/sha256:[0-9a-f]{64}/g, `sha256:${"a".repeat(64)}`) });
    },
    told: "base  OUTSIDE  sha256:HASH… → sha256:HASH…",
    same: all.replace("OUTSIDE (sha256:HASH…), ", ""),
    reason: "OUTSIDE is another (sha256:HASH… → sha256:HASH…)",
  },
  "what a parent gave": {
    make: async () => {
      await project.write({ "images/base/base.txt": "changed\n" });
      assert.is((await project.run("build base")).code, 0);
    },
    told: "parent  base:1  sha256:HASH… → sha256:HASH…",
    same: all.replace(", base:1 (sha256:HASH…)", ""),
    reason: "base:1 is another (sha256:HASH… → sha256:HASH…)",
  },
  cacheVersion: {
    make: () => configure(project, { cacheVersion: "2" }),
    told: 'setting  cacheVersion  "" → 2',
    same: all,
    reason: 'cacheVersion changed ("" → 2)',
  },
};

for (const [name, { make, told, same, reason }] of Object.entries(changes)) {
  test(`explain and plan name ${name}, and nothing else`, async () => {
    const lock = await readFile(join(project.folder, "images.lock"), "utf8");
    await make();
    const label = "same".padEnd(told.indexOf("  "));
    assert.is(
      await explain("build app:1"),
      `build app:1 PLATFORM would run.\n${last}    ${told}\n    ${label}  ${same}`,
    );
    const plan = plain((await project.run("plan app:1")).stdout, machine);
    assert.ok(
      plan.split("\n").some((line) => /^run +build +app:1 +/.test(line) && line.endsWith(`  ${reason}`)),
      plan,
    );
    await project.write({ ...files, "images.lock": lock });
    await chmod(join(project.folder, "images/app/app.txt"), 0o644);
    await rm(join(project.folder, "images/app/new.txt"), { force: true });
    await configure(project, {});
  });
}

test("explain names a declared variable and never its value", async () => {
  const set = { FLAVOUR: "vanilla" };
  assert.is(
    await explain("prepare app:1", set),
    `prepare app:1 made.txt would run.\n${last}    variable  FLAVOUR  is set now`,
  );
  assert.is(
    await explain("build app:1", set),
    `build app:1 PLATFORM may run: behind prepare app:1 made.txt, which would run: variable FLAVOUR is set now.
  Last: WHEN, HERE, from this machine's store, key KEY.`,
  );
  const { stdout } = await project.run("explain prepare app:1 --json", { env: set });
  assert.not.match(stdout, "vanilla");
});

test("explain says what differs from the world where that is compared", async () => {
  await rm(join(project.folder, "dist/app"), { recursive: true });
  const note = "\n  It is compared with what is there each time, and never remembered.";
  assert.is(await explain("render app"), `render app:1 would run: dist/app/1 differs.${note}`);
  assert.is(await explain("render base"), `render base:1 is up to date.${note}`);
  const again = await project.run("render");
  assert.is(again.code, 0, again.stdout + again.stderr);
});

test("a task that starts says why, and --json has the whole list", async () => {
  await project.write({ "images/app/app.txt": "changed\n", "images/app/old.txt": "changed\n" });
  const planned = JSON.parse((await project.run("plan app:1 --json")).stdout) as { tasks: Foreseen[] };
  const explained = JSON.parse((await project.run("explain build app:1 --json")).stdout) as { tasks: Explanation[] };
  const [task] = explained.tasks;
  assert.ok(task);
  assert.equal(planned.tasks.find(({ id }) => id === build)?.differences, task.differences);
  assert.equal(
    task.differences.map(({ sort, name }) => `${sort} ${name}`),
    ["file images/app/app.txt", "file images/app/old.txt"],
  );
  assert.ok(task.differences.every(({ before, after }) => /^[0-9a-f]{64}$/.test(`${before}`) && before !== after));
  assert.ok(task.same.some(({ sort, name }) => sort === "file" && name === "images/app/rootfs/etc/app.conf"));

  const { code, events, stdout } = await project.run("build app --json");
  assert.is(code, 0, stdout);
  const started = events.flatMap((event) =>
    event.type === "task-started" && event.task.id === build ? [event.reason] : [],
  );
  assert.equal(
    started.map((reason) => plain(reason, machine)),
    ["images/app/app.txt changed (HASH… → HASH…), and 1 more"],
  );

  const now = JSON.parse((await project.run("explain build app:1 --json")).stdout) as { tasks: Explanation[] };
  const keys = [task.last?.key ?? "", now.tasks[0]?.key ?? ""];
  const between = await explain(`--from ${keys[0]} --to ${keys[1]?.slice(0, 12)}`);
  assert.is(
    between,
    `    file  images/app/app.txt  HASH… → HASH…
    file  images/app/old.txt  HASH… → HASH…
    same  ${outputs}, ${same(["1 build argument", "1 more file"])}`,
  );
  assert.is(await explain(`--from ${keys[0]} --to ${keys[0]}`), "Both are made from the same.");
});

test("explain says it of each platform, or of those that are asked for", async () => {
  const several = await machine.project({
    "images/several/Dockerfile": "FROM scratch\nCOPY a /\n",
    "images/several/a": "",
  });
  const platforms = ["linux/amd64", "linux/arm64"];
  await several.configure(
    `const several = image("several", { tags: { "1": {} }, platforms: ${JSON.stringify(platforms)} });`,
    "several",
  );
  const answers = async (flags: string) => (await several.run(`explain build several${flags}`)).stdout.split("\n\n");
  const answer = (platform: string) =>
    `build several:1 ${platform} would run: not made before.\n  From: 2 labels, 1 file, buildkitd 0.26.3.`;
  assert.equal(await answers(""), platforms.map(answer));
  assert.equal(await answers(" --platform arm64"), [answer("linux/arm64")]);
});

test("explain tells what it cannot explain", async () => {
  const refused = async (args: string) => {
    const { code, stderr } = await project.run(`explain ${args}`);
    return [code, stderr];
  };
  const usage = "image-manager explain build node:24.11.0, or image-manager explain --from KEY --to KEY";
  assert.equal(await refused("build"), [2, `Error: 'explain' takes a kind and targets, or two keys\n${usage}`]);
  assert.equal(await refused("biuld app"), [2, "Error: No kind of task is called 'biuld'\nDid you mean 'build'?"]);
  assert.equal(await refused("build ap:1"), [
    2,
    "Error: No target matches 'ap:1'\nDid you mean 'app:1'? 'image-manager list' shows all",
  ]);
  assert.equal(await refused("test app:1"), [2, "Error: app:1 has nothing to test"]);
  assert.equal(await refused("--from xyz --to 1234"), [
    2,
    "Error: 'xyz' is no key\n   wanted   4 to 64 hexadecimal digits",
  ]);
  assert.equal(await refused("--from 00000000 --to 00000000"), [
    2,
    "Error: No finished work has the key '00000000'\n'image-manager explain build node:24.11.0' names the key of what was made last",
  ]);
});
