import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as assert from "uvu/assert";
import {
  createOfficialTester,
  type OfficialTesterSettings,
} from "../../../infrastructure/container-structure-test/tester.ts";
import { createDocker, type Docker } from "../../../infrastructure/docker/api.ts";
import { createLocks } from "../../../infrastructure/process/locks.ts";
import { dockerArchive } from "../../../infrastructure/registry/archive.ts";
import type { Progress } from "../../../src/events.ts";
import type { TestFile } from "../../../src/model/structure-test.ts";
import type { ImageAt, Registry, TestResult } from "../../../src/ports.ts";
import { createTestReader } from "../../../src/structure-test/read.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { tool } from "../../rig/tools.ts";
import { rootSuite } from "../buildkit/daemon.ts";
import { freshDocker } from "../docker/dockerd.ts";
import { processes } from "../process/processes.ts";
import { client, problems, repository } from "../registry/images.ts";
import { realRegistry } from "../registry/real.ts";
import { pushImage } from "../structure-test/image.ts";

const test = rootSuite(suite("container-structure-test"));
const { PATH = "", HOME = "" } = process.env;

let host: string;
let docker: Docker;
let registry: Registry;
let image: ImageAt;

test.before(async (t) => {
  const { service } = await freshDocker(t);
  host = (await service.start()).address;
  docker = createDocker(host, {});
  registry = client(t);
  const at = repository(await realRegistry(t), "app");
  const programs = ["sh", "sleep", "touch", "yes", "head", "true"].map((name) => `bin/${name}`);
  image = await pushImage(registry, at, { programs, files: { "etc/conf": "a=1\n" }, config: { Env: ["PATH=/bin"] } });
});

async function testFile(name: string, text: string): Promise<TestFile> {
  const source = `images/app/${name}`;
  const parsed = await createTestReader().parse({
    text: `schemaVersion: "2.0.0"\n${text}`,
    source,
    lines: [],
    rendered: null,
  });
  return { ...parsed, name };
}

interface Given extends Partial<OfficialTesterSettings> {
  readonly image?: ImageAt;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly report?: (progress: Progress) => void;
}

async function run(
  t: Context,
  files: readonly TestFile[],
  { image: on = image, timeout = 20_000, signal = t.signal, report = () => {}, ...more }: Given = {},
): Promise<readonly TestResult[]> {
  const folder = await t.folder();
  const tester = createOfficialTester({
    docker: async () => host,
    program: () => tool("container-structure-test"),
    archives: { dockerArchive: (...given) => dockerArchive(registry, ...given) },
    locks: createLocks(join(folder, "locks")),
    project: folder,
    scratch: join(folder, "scratch"),
    environment: { PATH, HOME },
    ...more,
  });
  return await tester.test({ target: "app:1", image: on, files, timeout, environment: {} }, report, signal);
}

const briefly = ({ file, at, name, errors }: TestResult) => [file, at, name, ...errors];

test("test() gives results in the order of the files, under the names they have there", async (t) => {
  const steps: Progress[] = [];
  const files = [
    await testFile(
      "test.yml",
      `
licenseTests: [{files: [/etc/conf]}]
metadataTest: {workdir: /app}
fileContentTests: [{name: content, path: /etc/conf, expectedContents: [b]}]
fileExistenceTests: [{name: there, path: /etc/conf}]
commandTests: [{name: "Command Test: x", command: "true"}]
`,
    ),
    await testFile("test-1.yml", "fileExistenceTests: [{name: there, path: /etc}]\n"),
  ];
  const results = await run(t, files, { report: (step) => steps.push(step) });
  assert.equal(results.map(briefly), [
    ["test.yml", "commandTests[0]", "Command Test: x"],
    ["test.yml", "fileExistenceTests[0]", "there"],
    ["test.yml", "fileContentTests[0]", "content", "Expected string 'b' not found in file content string 'a=1\n'"],
    ["test.yml", "metadataTest", "metadata", "Image workdir  does not match config workdir: /app"],
    ["test.yml", "licenseTests[0]", "licenses"],
    ["test-1.yml", "fileExistenceTests[0]", "there"],
  ]);
  assert.equal(steps, [
    { kind: "step", text: "test.yml", index: 1, of: 2 },
    { kind: "step", text: "test-1.yml", index: 2, of: 2 },
  ]);
});

test("test() leaves nothing in the daemon, also not of set-up that failed", async (t) => {
  const file = await testFile(
    "test.yml",
    `
globalEnvVars: [{key: A, value: b}]
commandTests:
  - {name: works, setup: [[touch, /x]], command: "true"}
  - {name: breaks, setup: [[touch, /x], [nowhere]], command: "true"}
`,
  );
  const results = await run(t, [file]);
  assert.equal(
    results.map(({ errors }) => errors.length),
    [0, 1],
  );
  assert.equal([await docker.images(), await docker.containers()], [[], []]);
});

test("test() removes only what it made: the user may have the same image", async (t) => {
  const mine = dockerArchive(registry, image.repository, image.digest, "mine:1", t.signal);
  await docker.load(mine, t.signal);
  await run(t, [await testFile("test.yml", 'commandTests: [{name: x, setup: [[touch, /x]], command: "true"}]\n')]);
  assert.equal(
    (await docker.images()).map(({ RepoTags }) => RepoTags),
    [["mine:1"]],
  );
  await docker.removeImage("mine:1");
  assert.equal(await docker.images(), []);
});

test("test() keeps the last part of what a command prints", async (t) => {
  const text =
    'commandTests: [{name: x, command: sh, args: [-c, "yes | head -c 200000; echo end"], expectedOutput: [o]}]\n';
  const [result] = await run(t, [await testFile("test.yml", text)]);
  assert.is(result?.stdout.length, 65_536);
  assert.match(result?.stdout ?? "", /y\nend\n$/);
  assert.match(result?.errors.join("") ?? "", /^Expected string 'o' not found in output 'y\ny\n(?:y\n){950,1000}y?…$/);
});

const hanging = (seconds: number) =>
  testFile("test.yml", `commandTests: [{name: hangs, setup: [[touch, /x]], command: sleep, args: ["${seconds}"]}]\n`);

async function sleeps(seconds: number): Promise<boolean> {
  return (await processes()).some(({ command }) => command === `sleep ${seconds}`);
}

test("test() stops a run in which a command hangs, and names it", async (t) => {
  const seconds = 3_000_000 + process.pid;
  assert.equal(await problems(run(t, [await hanging(seconds)], { timeout: 700 })), [
    {
      code: "test-timeout",
      kind: "test",
      message: "Stopped container-structure-test after 2.1 s: test.yml had not come to its end",
      place: { file: "images/app/test.yml" },
      found: `still running: sleep ${seconds}`,
      fix: "Mend the command that hangs, or raise testing.timeout: the program stops no command by itself",
    },
  ]);
  assert.equal([await docker.images(), await docker.containers(), await sleeps(seconds)], [[], [], false]);
});

test("test() that was stopped leaves nothing running", async (t) => {
  const seconds = 4_000_000 + process.pid;
  const stop = new AbortController();
  const running = run(t, [await hanging(seconds)], { signal: stop.signal });
  while (!(await sleeps(seconds))) await sleep(20);
  stop.abort();
  assert.is((await problems(running))[0]?.code, "command-cancelled");
  assert.equal([await docker.images(), await docker.containers(), await sleeps(seconds)], [[], [], false]);
});

test("test() shows what the program says when it crashes", async (t) => {
  const broken = join(await t.folder(), "broken");
  await writeFile(broken, "#!/bin/sh\necho out of memory >&2; exit 2\n", { mode: 0o755 });
  const file = await testFile("test.yml", "metadataTest: {user: app}\n");
  assert.equal(await problems(run(t, [file], { program: async () => broken })), [
    {
      code: "driver-failed",
      kind: "task",
      message: "container-structure-test ended with exit status 2 and without a result for each test of test.yml",
      log: ["out of memory"],
    },
  ]);
});

test("test() shows why the program does not take a file", async (t) => {
  const file = {
    ...(await testFile("test.yml", "metadataTest: {user: app}\n")),
    text: "schemaVersion: 2.0.0\nmetadata: 1\n",
  };
  assert.equal((await problems(run(t, [file])))[0]?.log?.slice(-2), [
    "error parsing config file: error unmarshalling config: yaml: unmarshal errors:",
    "  line 2: field metadata not found in type v2.StructureTest",
  ]);
});

test("test() says that a platform is not emulated", async (t) => {
  const platform = "linux/s390x" as const;
  const header = `\x7fELF\x02\x02\x01${"\0".repeat(11)}\x02\0\x16`;
  const executables = { "bin/foreign": Buffer.from(header.padEnd(4096, "\0"), "latin1") };
  const foreign = await pushImage(registry, image.repository, { executables, architecture: "s390x" });
  const file = await testFile("test.yml", "commandTests: [{name: x, command: /bin/foreign}]\n");
  const [problem] = await problems(run(t, [file], { image: foreign }));
  assert.equal(
    [problem?.code, problem?.message, problem?.fix],
    ["no-emulation", `Cannot run programs for ${platform}: emulation is not set up`, "image-manager doctor --fix"],
  );
});

test("test() says that the daemon does not answer", async (t) => {
  const file = await testFile("test.yml", "metadataTest: {user: app}\n");
  assert.equal(await problems(run(t, [file], { docker: async () => "unix:///nowhere/docker.sock" })), [
    {
      code: "docker-unreachable",
      kind: "service",
      message: "Docker not reachable at unix:///nowhere/docker.sock",
      found: "connect ENOENT /nowhere/docker.sock",
      fix: "Start it, or unset DOCKER_HOST to have one started",
    },
  ]);
});

test("test() says that the daemon was lost", async (t) => {
  const { service } = await freshDocker(t);
  const seconds = 5_000_000 + process.pid;
  const { address } = await service.start();
  const running = run(t, [await hanging(seconds)], { docker: async () => address });
  const failure = problems(running);
  while (!(await sleeps(seconds))) await sleep(20);
  await service.stop();
  assert.equal(await failure, [
    {
      code: "docker-unreachable",
      kind: "service",
      message: `Docker stopped answering at ${address} during tests`,
      fix: "See with 'image-manager status' what runs, and in the daemon's log why it ended",
    },
  ]);
});
