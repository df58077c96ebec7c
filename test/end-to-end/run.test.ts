import { readdir } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Foreseen } from "../../src/run/foresee.ts";
import { type CliOptions, Machine, type Project } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("all");
let machine: Machine;
let project: Project;

const images = `
  const base = image("base", { tags: { "1.2.3": {} }, aliases: semver({ latest: true }) });
  const app = image("app", {
    from: base.tag("1.2.3"),
    tags: { "1": {}, "2": {} },
    variants: { extra: { suffix: "-extra", only: ["2"] } },
  });
  const tool = image("tool", { from: base.tag("1.2.3"), tags: { "1": {} } });
`;

test.before(async (t) => {
  machine = t.use(await Machine.create());
  project = await machine.project({
    "images/base/Dockerfile": "FROM scratch\nCOPY hello.txt /\n",
    "images/base/hello.txt": "hello\n",
    "images/app/Dockerfile": "FROM base\nCOPY app.txt /\n",
    "images/app/app.txt": "app\n",
    "images/app/rootfs/etc/app.conf": "one\n",
    "images/app/extra/rootfs/etc/extra": "extra\n",
    "images/tool/Dockerfile": "FROM base\nCOPY tool.txt /\n",
    "images/tool/tool.txt": "tool\n",
  });
  await project.configure(images, "base, app, tool");
});

test("all publishes every tag and alias and names them", async () => {
  const { code, stdout, stderr } = await project.run("all");
  assert.is(code, 0, stdout + stderr);
  assert.ok(
    stdout.includes(`Published to ${machine.address}
  app             1, 2, 2-extra
  base            1.2.3 (1, 1.2, latest)
  tool            1
20 tasks: 20 ran, 0 from the cache · `),
    stdout,
  );
  const aliases = await Promise.all(["1.2.3", "1.2", "1", "latest"].map((tag) => machine.digest(`base:${tag}`)));
  assert.ok(aliases[0]?.startsWith("sha256:"));
  assert.equal(new Set(aliases).size, 1);
  for (const reference of ["app:1", "app:2", "app:2-extra", "tool:1"]) assert.ok(await machine.digest(reference));
});

test("all does nothing the second time and says so", async () => {
  const { code, stdout, stderr } = await project.run("all");
  assert.is(code, 0, stderr);
  assert.match(stdout, /^20 tasks: all up to date, 5 tags and 3 aliases compared · [\d.]+ s$/);
});

test("all runs the targets of a changed overlay and their dependants, nothing else", async () => {
  const before = await machine.digest("tool:1");
  await project.write({ "images/app/rootfs/etc/app.conf": "two\n" });
  assert.equal(await changes(), [
    ...["build app:1 linux/amd64", "build app:2 linux/amd64", "build app:2-extra linux/amd64"],
    ...["manifest app:1", "manifest app:2", "manifest app:2-extra", "push app:1", "push app:2", "push app:2-extra"],
    ...["render app:1", "render app:2"],
  ]);
  assert.is(await machine.digest("tool:1"), before);
});

test("all runs nothing behind a build that gives the same digest", async () => {
  await project.write({ "images/base/Dockerfile": "# A comment\nFROM scratch\nCOPY hello.txt /\n" });
  assert.equal(await changes(), ["build base:1.2.3 linux/amd64", "render base:1.2.3"]);
});

test("all runs a changed leaf only", async () => {
  await project.write({ "images/tool/tool.txt": "another\n" });
  assert.equal(await changes(), ["build tool:1 linux/amd64", "manifest tool:1", "push tool:1"]);
});

test("plan agrees with what then runs and changes nothing", async () => {
  await project.write({ "images/base/hello.txt": "good morning\n" });
  const [files, digest] = [await filesOf(project), await machine.digest("base:1")];
  const plan = await project.run("plan --exit-code --json");
  const states = (JSON.parse(plan.stdout) as { tasks: Foreseen[] }).tasks.map(({ id, state }) => `${state} ${id}`);
  assert.is(plan.code, 1);
  assert.equal(
    states.filter((state) => state.startsWith("run ")),
    ["run build base:1.2.3 linux/amd64"],
  );
  assert.is(states.filter((state) => state.startsWith("undecided ")).length, 14);
  assert.is((await project.run("all --dry-run")).code, 0);
  assert.equal(await filesOf(project), files);
  assert.is(await machine.digest("base:1"), digest);

  const ran = await changes();
  assert.is(ran.length, 15);
  assert.ok(ran.every((id) => states.includes(`run ${id}`) || states.includes(`undecided ${id}`)));
});

test("plan says that all is up to date and exits 0", async () => {
  const { code, stdout } = await project.run("plan --exit-code");
  assert.is(code, 0);
  assert.is(stdout, "20 tasks: all up to date");
});

test("all --force does everything again with the same digests", async () => {
  const before = await machine.digest("app:2-extra");
  const forced = await project.run("all --force --json");
  assert.is(forced.summary.ran, 20);
  const without = await project.run("build tool --no-cache --json");
  assert.equal(without.ran, ["build base:1.2.3 linux/amd64", "build tool:1 linux/amd64"]);
  assert.is(await machine.digest("app:2-extra"), before);
  assert.equal(await changes(), []);
});

test("all builds a target with what it needs, --dependants what is built on it", async () => {
  const env = machine.home("other");
  const one = await project.run("all app:1 --json", { env });
  assert.equal(one.ran.filter(isBuild), ["build base:1.2.3 linux/amd64", "build app:1 linux/amd64"]);
  const more = await project.run("build base:1 --dependants --exclude tool,app:2* --json", { env });
  assert.is(more.code, 0, more.stderr);
  assert.equal(more.summary.cached, 2);
  assert.equal(more.summary.ran, 0);
});

test("clean removes dist, which is written again", async () => {
  assert.is((await project.run("clean")).code, 0);
  assert.not.ok((await filesOf(project)).some((file) => file.startsWith("dist/")));
  assert.is((await project.run("render --json")).summary.ran, 5);
  assert.ok((await filesOf(project)).includes("dist/app/2-extra/rootfs/etc/extra"));
});

test("render removes what no target owns any more", async () => {
  await project.configure(images.replace('"1": {}, "2": {}', '"2": {}'), "base, app, tool");
  assert.is((await project.run("render")).code, 0);
  const files = await filesOf(project);
  assert.not.ok(files.some((file) => file.startsWith("dist/app/1/")));
  assert.ok(files.includes("dist/app/2/Dockerfile"));
});

/** What `all` does, sorted. */
async function changes(options?: CliOptions): Promise<readonly string[]> {
  const { code, ran, stdout, stderr } = await project.run("all --json", options);
  assert.is(code, 0, stdout + stderr);
  return [...ran].sort();
}

function isBuild(id: string): boolean {
  return id.startsWith("build ");
}

async function filesOf({ folder }: Project): Promise<readonly string[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = all.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}
