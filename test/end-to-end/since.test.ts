import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import * as assert from "uvu/assert";
import { Machine, type Project } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("--since");
let machine: Machine;

const images = `
  const base = image("base", { tags: { "1": {}, "2": {} }, dockerfile: ({ tag }) => \`dockerfiles/base.\${tag}\` });
  const app = image("app", { from: base.tag("1"), tags: { "1": {} }, variants: { extra: { suffix: "-extra" } } });
  const made = image("made", { tags: { "1": {} }, files: { list: command(["ls"], { inputs: ["lists/*"], version: "1" }) } });
  const alone = image("alone", { versions: { npm: "11.6.0" }, tags: { "1": {} } });
`;

test.before(async (t) => {
  machine = t.use(await Machine.create());
});

test("--since selects targets whose files changed, uncommitted and untracked ones too, and dependants", async () => {
  const project = await repository();
  assert.equal(await since(project, "HEAD"), []);

  await project.write({ "images/app/extra/rootfs/etc/extra": "two\n" });
  assert.equal(await since(project, "HEAD"), ["app:1-extra"]);

  await project.write({ "images/base/untracked.txt": "new\n" });
  assert.equal(await since(project, "HEAD"), ["base:1", "base:2", "app:1", "app:1-extra"]);
  git(project, "add", ".");
  git(project, "commit", "-qm", "Files");
  assert.equal(await since(project, "HEAD"), []);
  assert.equal(await since(project, "HEAD~1 app:1 made"), ["app:1"]);
});

test("--since selects by what the configuration, tests, locks and inputs of prepared files say", async () => {
  const project = await repository();
  await project.configure(images.replace("11.6.0", "11.7.0"), "base, app, made, alone");
  assert.equal(await since(project, "v1"), ["alone:1"]);
  await project.write({ "lists/packages": "curl\n", "dockerfiles/base.2": "FROM scratch\nCOPY base.txt /two\n" });
  assert.equal(await since(project, "v1"), ["base:2", "made:1", "alone:1"]);
  await project.write({
    "images/app/test.yml": "schemaVersion: 2.0.0\nfileExistenceTests: [{ name: a, path: /a, shouldExist: true }]\n",
  });
  assert.equal(await since(project, "v1 app"), ["app:1", "app:1-extra"]);
  const digest = `sha256:${"a".repeat(64)}`;
  await project.write({
    "images.lock": `bases:\n  docker.io/library/alpine:3.22:\n    platforms: { linux/amd64: "${digest}" }\n`,
  });
  assert.equal(await since(project, "v1 made"), ["made:1"]);
});

test("--since compares with the project's own folder in a larger repository", async () => {
  const outer = await repository();
  const inner = await machine.project();
  await rm(inner.folder, { recursive: true });
  const nested = Object.assign(Object.create(Object.getPrototypeOf(outer)), {
    folder: `${outer.folder}/deep/er`,
    machine,
  });
  await fill(nested);
  git(outer, "add", ".");
  git(outer, "commit", "-qm", "A project below");
  await outer.write({ "images/alone/alone.txt": "outside\n" });
  assert.equal(await since(nested, "HEAD"), []);
  await nested.write({ "images/alone/alone.txt": "inside\n" });
  assert.equal(await since(nested, "HEAD"), ["alone:1"]);
});

test("--since leaves nothing to do when nothing differs, and says so", async () => {
  const project = await repository();
  const { code, stdout, stderr } = await project.run("render --since HEAD");
  assert.is(code, 0, stderr);
  assert.ok(stdout.startsWith("Note: No target differs from HEAD\n0 tasks: all up to date"), stdout);
  await project.write({ "images/alone/Dockerfile": "FROM scratch\nCOPY alone.txt /b\n" });
  assert.equal((await project.run("render --since HEAD --json")).ran, ["render alone:1"]);
});

test("--since tells what it cannot compare with, and selects nothing then", async () => {
  const project = await repository();
  await refused(project, "nothing", "Cannot compare with nothing: there is no such commit here", /^Name a branch/);
  await refused(
    project,
    "--upload-pack=x",
    "Cannot compare with --upload-pack=x: there is no such commit here",
    /^Name/,
  );
  await refused(
    project,
    "HEAD:images",
    "Cannot compare with HEAD:images: it is a tree and no commit",
    /^Name a branch/,
  );
  git(project, "update-ref", "refs/remotes/origin/release", "HEAD");
  await refused(
    project,
    "release",
    "Cannot compare with release: there is no such commit here",
    /^Did you mean 'origin\/release'\?$/,
  );

  await project.write({ "images/alone/alone.txt": "two\n" });
  git(project, "commit", "-qam", "Two");
  const shallow = await machine.project();
  git(shallow, "clone", "-q", "--depth=1", `file://${project.folder}`, ".");
  await refused(shallow, "v1", "Cannot compare with v1: this shallow clone does not have it", /^git fetch --unshallow/);

  const bare = await machine.project();
  await fill(bare);
  const message = `Cannot compare with HEAD: ${bare.folder} is in no git repository`;
  await refused(bare, "HEAD", message, /^Name targets instead of --since$/);
});

test("--since tells when the configuration of then does not load", async () => {
  const project = await machine.project();
  await fill(project);
  await project.write({ "images.config.ts": "nonsense(\n" });
  init(project);
  await fill(project);
  const { code, stderr } = await project.run("list --since HEAD");
  assert.is(code, 2);
  assert.ok(stderr.startsWith("Error: Cannot compare with HEAD: its configuration does not load\n"), stderr);
  assert.ok(
    stderr.endsWith("\nCompare with a commit whose configuration loads, or name targets instead of --since"),
    stderr,
  );
});

async function repository(): Promise<Project> {
  const project = await machine.project();
  await fill(project);
  init(project);
  git(project, "tag", "v1");
  return project;
}

async function fill(project: Project): Promise<void> {
  await project.write({
    "dockerfiles/base.1": "FROM scratch\nCOPY base.txt /\n",
    "dockerfiles/base.2": "FROM scratch\nCOPY base.txt /\n",
    "images/base/base.txt": "base\n",
    "images/app/Dockerfile": "FROM base\n",
    "images/app/extra/rootfs/etc/extra": "one\n",
    "images/made/Dockerfile": "FROM alpine:3.22\nCOPY list /\n",
    "images/alone/Dockerfile": "FROM scratch\nCOPY alone.txt /\n",
    "images/alone/alone.txt": "one\n",
    "lists/packages": "bash\n",
  });
  await project.configure(images, "base, app, made, alone");
}

function init(project: Project): void {
  git(project, "init", "-q", "-b", "main");
  git(project, "add", ".");
  git(project, "commit", "-qm", "One");
}

function git({ folder }: Project, ...words: readonly string[]): void {
  const who = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
  execFileSync("git", [...who, ...words], { cwd: folder, stdio: "pipe" });
}

async function since(project: Project, words: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await project.run(`list --json --since ${words}`);
  assert.is(code, 0, stderr);
  return (JSON.parse(stdout) as { targets: { target: string }[] }).targets.map(({ target }) => target);
}

async function refused(project: Project, ref: string, message: string, fix: RegExp): Promise<void> {
  const { code, stdout, stderr } = await project.run(`list --since=${ref}`);
  const [first, ...rest] = stderr.split("\n");
  assert.is(code, 2, stdout + stderr);
  assert.is(first, `Error: ${message}`);
  assert.match(rest.join("\n"), fix);
}
