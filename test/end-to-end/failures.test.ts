import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { Machine, type Project } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("failures");
let machine: Machine;

test.before(async (t) => {
  machine = t.use(await Machine.create());
});

async function broken(name: string): Promise<Project> {
  const project = await machine.project({
    [`images/${name}/Dockerfile.jinja2`]: `FROM scratch
{# The first line
   and the second are not in the Dockerfile. #}
COPY busybox /busybox
{% if tag == "1" %}
RUN ["/busybox", "sh", "-c", "echo before; echo the reason; exit 7"]
{% endif %}
`,
    [`images/${name}-child/Dockerfile`]: "FROM base\nLABEL child=yes\n",
  });
  await project.busybox(name);
  await project.configure(
    `const broken = image("${name}", { tags: { "1": {}, "2": {} } });
     const child = image("${name}-child", { from: broken.tag("1"), tags: { "1": {} } });`,
    "broken, child",
  );
  return project;
}

test("a failing RUN skips what is behind it, lets the others finish and shows both lines and the log", async () => {
  const project = await broken("run");
  const { code, stdout } = await project.run("all");
  assert.is(code, 1);
  const report = stdout.slice(stdout.indexOf("✘ build run:1 linux/amd64 failed after"));
  assert.is(
    report.replace(/after [\d.]+ s/, "after TIME"),
    `✘ build run:1 linux/amd64 failed after TIME

   images/run/Dockerfile.jinja2:6 (dist/run/1/Dockerfile:5)
   5 │ RUN ["/busybox", "sh", "-c", "echo before; echo the reason; exit 7"]
   exit code 7; the last lines:
     before
     the reason

   Again, by hand: image-manager build run:1 --platform linux/amd64 --no-cache
   Whole log:      image-manager runs show --log "build run:1 linux/amd64"

1 failed · 5 skipped because of it (run-child:1) · 6 done · nothing of run-child, run:1 was published`,
  );
  assert.ok(await machine.digest("run:2"));
  assert.is(await machine.digest("run:1"), undefined);
  const again = await project.run("all --json");
  assert.equal(again.ran, []);
  assert.is(again.code, 1);
});

test("--fail-fast starts nothing after a failure", async () => {
  const project = await broken("fast");
  const { code, summary } = await project.run("all --fail-fast --jobs 1 --json");
  assert.is(code, 1);
  assert.is(summary.failed, 1);
  assert.ok(summary.skipped > 5);
});

test("a failing prepare shows its command and its last lines", async () => {
  const project = await machine.project({ "images/made/Dockerfile": "FROM scratch\nCOPY made.txt /\n" });
  await project.configure(
    `const made = image("made", {
       tags: { "1": {} },
       files: { "made.txt": command(["sh", "-c", "echo no network >&2; exit 3"], { version: "pinned" }) },
     });`,
    "made",
  );
  const { code, stdout } = await project.run("all");
  assert.is(code, 1);
  assert.ok(stdout.includes("Command ended with exit status 3: sh -c 'echo no network >&2; exit 3'"), stdout);
  assert.ok(stdout.includes("     no network\n"), stdout);
});

test("a Dockerfile that is named and missing is a mistake of the configuration", async () => {
  const project = await machine.project();
  await project.configure(
    'const a = image("a", { dockerfile: "images/a/Dockerfile.jinja2", tags: { "1": {} } });',
    "a",
  );
  const { code, stdout, stderr } = await project.run("all");
  assert.is(code, 3);
  assert.is(stdout, "");
  assert.match(stderr, "a.dockerfile");
  assert.match(stderr, "images/a/Dockerfile.jinja2");
});

test("an undefined name in a template is a mistake of the configuration", async () => {
  const project = await machine.project({
    "images/a/Dockerfile.jinja2": "FROM scratch\nLABEL v={{ versions.nope }}\n",
  });
  await project.configure('const a = image("a", { tags: { "1": {} }, versions: { node: "1" } });', "a");
  const { code, stderr } = await project.run("all");
  assert.is(code, 3);
  assert.match(stderr, "images/a/Dockerfile.jinja2:2");
});

test("five mistakes are told at once with status 3", async () => {
  const project = await machine.project();
  const fixture = new URL("../fixtures/config/invalid-five-mistakes/images.config.ts", import.meta.url);
  const { code, stdout, stderr } = await project.run(`all --config ${fileURLToPath(fixture)}`);
  assert.is(code, 3);
  assert.is(stdout, "");
  assert.match(stderr, / has 5 problems\.$/m);
});

test("a configuration that does not load is told with its line", async () => {
  const project = await machine.project({
    "images.config.ts": 'import { image } from "image-manager";\nconst a = image(;\n',
  });
  const { code, stderr } = await project.run("list");
  assert.is(code, 3);
  assert.match(stderr, "images.config.ts:2");
  const none = await (await machine.project()).run("list");
  assert.is(none.code, 3);
  assert.match(none.stderr, "Cannot find a configuration in");
});

test("unknown targets, verbs and flags are told with the nearest name and status 2", async () => {
  const project = await broken("usage");
  const told = async (args: string) => {
    const { code, stderr } = await project.run(args);
    assert.is(code, 2, args);
    return stderr;
  };
  assert.match(await told("build usgae:1"), "usage:1");
  assert.match(await told("build usage:3"), "usage:1");
  assert.match(await told("biuld"), "(Did you mean build?)");
  assert.match(await told("build --forze"), "(Did you mean --force?)");
  assert.match(await told("build --jobs none"), "'none' is invalid. It is a whole number above 0");
  assert.match(await told("build usage --platform linux/riscv64"), "None of the targets is built for linux/riscv64");
  assert.match(await told("graph --format svg"), "tree, dot, mermaid");
});
