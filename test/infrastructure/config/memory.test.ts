import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import * as assert from "uvu/assert";
import { type LoadRequest, loadProject } from "../../../infrastructure/config/load.ts";
import { type Memory, recallProject, rememberProject } from "../../../infrastructure/config/memory.ts";
import { noStatCache } from "../../../infrastructure/files/stat-cache.ts";
import { type Context, suite } from "../../rig/suite.ts";

const test = suite("remembered configurations");

const api = pathToFileURL("src/mod.ts").href;

const small = `import { defineImages, image } from "${api}";
import { tag } from "./tag.ts";
${"export"} default defineImages(({ env }) => ({
  images: [image("app", { tags: { [tag]: {} }, variables: { level: env.LEVEL ?? "none" } })],
}));
`;

const files = {
  "images.config.ts": small,
  "tag.ts": 'export const tag = "1";\n',
  "images/app/Dockerfile.njk": "FROM scratch\nLABEL level={{ variables.level }}\n",
};

type Files = Readonly<Record<string, string>>;

function write(folder: string, more: Files): void {
  for (const [path, text] of Object.entries(more)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

interface Case {
  readonly request: LoadRequest;
  readonly memory: Memory;
}

/** A project that was loaded and, where that can be, remembered; `began` is by default long after it was written. */
async function remembered(t: Context, more: Files = {}, began = Date.now() + 60_000): Promise<Case> {
  const folder = await t.folder();
  write(folder, { ...files, ...more });
  const request = { folder, environment: { LEVEL: "high", OTHER: "x" }, platform: "linux/amd64" } as const;
  const memory = { file: join(await t.folder(), "project"), tool: "1", hashes: noStatCache };
  rememberProject(request, memory, await loadProject(request), began);
  return { request, memory };
}

test("recallProject() gives what loadProject() gave when nothing has changed", async (t) => {
  const { request, memory } = await remembered(t);
  const { project, files: read } = await loadProject(request);
  assert.equal(recallProject(request, memory), { project, files: read });
  assert.is(statSync(memory.file).mode & 0o777, 0o600);
});

test("recallProject() does not mind a file that was only touched, or a variable that was not read", async (t) => {
  const { request, memory } = await remembered(t);
  utimesSync(join(request.folder, "tag.ts"), 1, 1);
  assert.ok(recallProject({ ...request, environment: { LEVEL: "high" } }, memory));
});

const changes: Readonly<Record<string, (given: Case) => Case>> = {
  "the configuration changed": inFolder({ "images.config.ts": `${small}//` }),
  "a module that it imports changed": inFolder({ "tag.ts": 'export const tag = "2";\n' }),
  "a template changed": inFolder({ "images/app/Dockerfile.njk": "FROM scratch\n" }),
  "a file appeared that was looked for": inFolder({ "images/app/test.yml": "schemaVersion: 2.0.0\n" }),
  "a folder appeared that was looked for": inFolder({ "images/app/rootfs/etc/motd": "Hello" }),
  "a second configuration appeared": inFolder({ "images.config.mjs": "" }),
  "a template is gone": changing(({ folder }) => rmSync(join(folder, "images/app/Dockerfile.njk"))),
  "the image's folder is gone": changing(({ folder }) => rmSync(join(folder, "images"), { recursive: true })),
  "a link to a file appeared that was looked for": changing(({ folder }) =>
    symlinkSync("Dockerfile.njk", join(folder, "images/app/Dockerfile")),
  ),
  "a variable changed": ({ request, memory }) => ({ request: { ...request, environment: { LEVEL: "low" } }, memory }),
  "a variable is gone": ({ request, memory }) => ({ request: { ...request, environment: {} }, memory }),
  "the platform is another": ({ request, memory }) => ({ request: { ...request, platform: "linux/arm64" }, memory }),
  "the configuration is named": ({ request, memory }) => ({ request: { ...request, config: "tag.ts" }, memory }),
  "the tool or its runtime is another": ({ request, memory }) => ({ request, memory: { ...memory, tool: "2" } }),
  "what was remembered is damaged": (given) => {
    const text = readFileSync(given.memory.file, "utf8");
    writeFileSync(given.memory.file, text.replace("scratch", "scrotch"));
    return given;
  },
};

function inFolder(more: Files): (given: Case) => Case {
  return changing(({ folder }) => write(folder, more));
}

function changing(change: (request: LoadRequest) => void): (given: Case) => Case {
  return (given) => {
    change(given.request);
    return given;
  };
}

for (const [what, change] of Object.entries(changes)) {
  test(`recallProject() gives nothing when ${what}`, async (t) => {
    const { request, memory } = change(await remembered(t));
    assert.is(recallProject(request, memory), undefined);
  });
}

test("rememberProject() leaves out a project whose files were changed shortly before it was loaded", async (t) => {
  const { request, memory } = await remembered(t, {}, Date.now());
  assert.is(recallProject(request, memory), undefined);
});

const unknowable = {
  "reads files": 'import "node:fs";',
  "starts processes": 'import { execSync } from "child_process";',
  "reads the environment by itself": "process.env.LEVEL;",
  "looks at the clock": "new Date();",
  "imports what does": 'import "./other.ts";',
};

for (const [what, line] of Object.entries(unknowable)) {
  test(`rememberProject() leaves out a project whose configuration ${what}`, async (t) => {
    const text = `${line}\n${small}`;
    const { request, memory } = await remembered(t, { "images.config.ts": text, "other.ts": 'import "node:os";' });
    assert.is(recallProject(request, memory), undefined);
  });
}

test("rememberProject() writes no value of the environment", async (t) => {
  const plain = {
    "images/app/Dockerfile.njk": "FROM scratch\n",
    "images.config.ts": small.replace("env.LEVEL ??", "env.LEVEL === 'x' ? 'y' :"),
  };
  const { request, memory } = await remembered(t, plain);
  assert.ok(recallProject(request, memory));
  assert.not.match(readFileSync(memory.file, "utf8"), "high");
});
