import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import * as assert from "uvu/assert";
import { run } from "../../../infrastructure/process/run.ts";
import { cutSentence } from "../../../infrastructure/structure-test/sentences.ts";
import { createStepTester } from "../../../infrastructure/structure-test/tester.ts";
import type { Progress } from "../../../src/events.ts";
import type { ImageAt, Registry, Repository, Tester, TestResult } from "../../../src/ports.ts";
import { type ImagesError, problemsOf } from "../../../src/problem.ts";
import { createTestReader } from "../../../src/structure-test/read.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { tool } from "../../rig/tools.ts";
import { freshDaemon, rootSuite } from "../buildkit/daemon.ts";
import { processes } from "../process/processes.ts";
import { client, repository } from "../registry/images.ts";
import { realRegistry } from "../registry/real.ts";
import { type ImageContent, pushImage } from "./image.ts";

const test = rootSuite(suite("structure tests as steps of BuildKit"));
const { PATH = "", HOME = "" } = process.env;

let registry: Registry;
let place: Repository;
let tester: Tester;
let daemon: Awaited<ReturnType<typeof freshDaemon>>;

const applets = ["sh", "cat", "echo", "id", "ls", "sleep", "touch", "yes", "printf", "hostname", "env"];
const programs = applets.map((name) => `bin/${name}`);

test.before(async (t) => {
  registry = client(t);
  place = repository(await realRegistry(t), "app");
  daemon = await freshDaemon(t);
  tester = testerOf(await t.folder());
});

function testerOf(project: string, address?: string): Tester {
  const connect = async () => ({
    buildctl: await tool("buildctl"),
    address: address ?? (await daemon.service.start()).address,
  });
  return createStepTester({ connect, registry, project, environment: { PATH, HOME }, concurrency: 4 });
}

interface Run {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly report?: (progress: Progress) => void;
  readonly by?: Tester;
}

/** The results of tests written in YAML. */
async function results(t: Context, image: ImageAt, text: string, more: Run = {}): Promise<readonly TestResult[]> {
  const { timeout = 20_000, signal = t.signal, report = () => {}, by = tester } = more;
  const source = "images/app/test.yml";
  const lines = text.split("\n").map((_, i) => i + 1);
  const parsed = await createTestReader().parse({
    text: `schemaVersion: 2.0.0\n${text}`,
    source,
    lines,
    rendered: null,
  });
  const request = { target: "app:1", image, files: [{ ...parsed, name: "test.yml" }], timeout, environment: {} };
  return await by.test(request, report, signal);
}

/** The errors of each test. */
async function errors(t: Context, image: ImageAt, text: string, more?: Run): Promise<readonly (readonly string[])[]> {
  return (await results(t, image, text, more)).map((result) => result.errors);
}

const shell = (content: ImageContent = {}) => pushImage(registry, place, { programs, ...content });

test("a command that hangs is ended and named", async (t) => {
  const seconds = 2_000_000 + process.pid;
  const hanging = `commandTests:
  - {name: hangs, command: sleep, args: ["${seconds}"]}
  - {name: hangs in setup, setup: [["true"], [sleep, "${seconds}"]], command: echo}
  - {name: does not, command: echo, args: [hi]}
  - {name: hangs in teardown, command: echo, args: [hi], teardown: [[sleep, "${seconds}"]]}`;
  const image = await shell({ programs: [...programs, "bin/true"] });
  const log: string[] = [];
  const report = (progress: Progress) => void (progress.kind === "log" && log.push(progress.line));
  const began = performance.now();
  assert.equal(await errors(t, image, hanging, { timeout: 1500, report }), [
    [`Stopped after 1.5 s: sleep ${seconds}`],
    [`Setup 2 of 2: Stopped after 1.5 s: sleep ${seconds}`],
    [],
    [],
  ]);
  assert.equal(log, [`Teardown 1 of 1 of 'hangs in teardown': Stopped after 1.5 s: sleep ${seconds}`]);
  assert.ok(performance.now() - began < 15_000);
  await ended(`sleep ${seconds}`);
});

async function ended(command: string): Promise<void> {
  const runs = async () => (await processes()).some((it) => it.command.includes(command));
  for (let i = 0; i < 50 && (await runs()); i++) await sleep(20);
  assert.not(await runs());
}

test("a command that prints without end is stopped", async (t) => {
  const before = process.memoryUsage().rss;
  const [result] = await results(t, await shell(), "commandTests: [{name: prints, command: 'yes'}]");
  assert.equal(result?.errors, ["Stopped because it printed more than 8 MiB: yes"]);
  assert.is(result?.stdout.length, 64 * 1024);
  assert.ok(process.memoryUsage().rss - before < 200 * 1024 ** 2);
  await ended("/bin/yes");
});

test("output is judged whole, and as bytes that were printed", async (t) => {
  const text = `commandTests:
  - name: long
    command: sh
    args: ["-c", "echo begin; yes | head -c 4000000; printf 'Gr\\\\303\\\\274\\\\303\\\\237e\\\\r\\\\n'"]
    expectedOutput: ["^begin\\n", "Grüße\\r\\n$"]`;
  const image = await shell({ programs: [...programs, "bin/head"] });
  const [result] = await results(t, image, text);
  assert.equal(result?.errors, []);
  assert.is(result?.stdout.length, 64 * 1024);
});

test("what cannot be started is said in words", async (t) => {
  const image = await shell({
    files: { "etc/passwd": "root:x:0:0::/root:/bin/sh\n" },
    executables: { "no-program": "echo hi\n", "no-interpreter": "#!/bin/none\n" },
    config: { Env: ["PATH=/bin"] },
  });
  const commands = ["nope", "/nope", "/etc/passwd", "/no-program", "/no-interpreter"];
  const text = commands.map((command) => `  - {name: ${command}, command: ${command}, exitCode: 1}`);
  assert.equal(await errors(t, image, ["commandTests:", ...text].join("\n")), [
    ["Command not found: nope is in no folder of PATH, which is /bin"],
    ["Command not found: there is no /nope in the image"],
    ["Cannot execute /etc/passwd: permission denied"],
    ["Cannot execute /no-program: it is neither a program for linux/amd64 nor a script that begins with #!"],
    ["Cannot execute /no-interpreter: the interpreter or loader that it names is not in the image"],
  ]);
  const nobody = "containerRunOptions: {user: nobody}\ncommandTests: [{name: a, command: id}]";
  assert.equal(await errors(t, image, nobody), [["No user or group nobody in the image's /etc/passwd and /etc/group"]]);
});

test("a single static program is image enough", async (t) => {
  const image = await pushImage(registry, place, { programs: ["id", "env", "ls"], config: { User: "65532" } });
  const text = `commandTests:
  - {name: a number as user, command: /id, expectedOutput: ["^uid=65532 gid=0 groups=0\\n$"]}
  - {name: what is mounted for a step is not left to the next, setup: [[/env]], command: /ls, args: [/], expectedOutput: ["^dev\\nenv\\netc\\nid\\nls\\nproc\\nsys\\n$"]}
  - {name: no shell, command: sh}`;
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  assert.equal(await errors(t, image, text), [
    [],
    [],
    [`Command not found: sh is in no folder of PATH, which is ${path}`],
  ]);
});

test("commands run at once do not see each other, and equal ones are run each", async (t) => {
  const one = "{name: a, setup: [[sh, -c, 'echo x >> /log']], command: sh, args: [-c, 'hostname; cat /log']}";
  const all = await results(t, await shell(), `commandTests: [${Array(6).fill(one).join(", ")}]`);
  assert.equal(new Set(all.map(({ stdout }) => stdout)).size, 6);
  for (const { stdout } of all) assert.match(stdout, /^[0-9a-f]{12}\nx\n$/);
});

test("a test that was stopped leaves nothing running", async (t) => {
  const seconds = 3_000_000 + process.pid;
  const stop = new AbortController();
  const text = `commandTests: [{name: a, command: sleep, args: ["${seconds}"]}, {name: b, command: sleep, args: ["${seconds}"]}]`;
  const done = results(t, await shell(), text, { signal: stop.signal }).catch((error: unknown) => error);
  while (!(await processes()).some(({ command }) => command.includes(`sleep ${seconds}`))) await sleep(20);
  stop.abort(new Error("stopped"));
  assert.is(((await done) as Error).message, "stopped");
  await ended(String(seconds));
});

test("a command is run once more when the daemon is lost", async (t) => {
  const { service } = await freshDaemon(t);
  const connect = async () => ({ buildctl: await tool("buildctl"), address: (await service.start()).address });
  const by = createStepTester({ connect, registry, project: "/", environment: { PATH, HOME }, concurrency: 1 });
  const log: string[] = [];
  const report = (progress: Progress) => void (progress.kind === "log" && log.push(progress.line));
  const seconds = `2.${process.pid}`;
  const done = errors(t, await shell(), `commandTests: [{name: a, command: sleep, args: ["${seconds}"]}]`, {
    by,
    report,
  });
  while (!(await processes()).some(({ command }) => command.includes(`sleep ${seconds}`))) await sleep(20);
  process.kill(-((await service.status()).pid ?? 0), "SIGKILL");
  assert.equal(await done, [[]]);
  assert.equal(log, ["The connection to buildkitd was lost; running the command once more"]);
});

test("output that a daemon has cut is not judged", () => {
  const output = "a\n\n[output clipped, log limit 200KiB/s reached]\nb\n";
  assert.is(
    cutSentence(output),
    "buildkitd cut the output at 200KiB/s: start it with BUILDKIT_STEP_LOG_MAX_SIZE=16777216 and BUILDKIT_STEP_LOG_MAX_SPEED=-1 in its environment",
  );
  assert.is(cutSentence("[output clipped]"), undefined);
});

test("test() tells how far it is, and gives results in the order of the file", async (t) => {
  const text = `fileExistenceTests: [{name: f, path: /bin/sh}]
commandTests: [{name: slow, command: sleep, args: ["0.3"]}, {name: fast, command: echo, args: [hi]}]
metadataTest: {unboundEnvVars: [{key: NOTHING}]}`;
  const told: Progress[] = [];
  const all = await results(t, await shell(), text, { report: (progress) => told.push(progress) });
  assert.equal(
    all.map(({ at }) => at),
    ["commandTests[0]", "commandTests[1]", "fileExistenceTests[0]", "metadataTest"],
  );
  assert.equal(
    told.map((progress) => progress.kind === "step" && `${progress.index} of ${progress.of}`),
    ["1 of 4", "2 of 4", "3 of 4", "4 of 4"],
  );
  assert.ok((all[0]?.duration ?? 0) >= 300);
});

test("options that steps have not are refused with the other driver's name", async (t) => {
  const text =
    "commandTests: [{name: a, command: id}]\ncontainerRunOptions: {privileged: true, capabilities: [NET_ADMIN]}";
  assert.equal(await problems(results(t, await shell(), text)), [
    {
      code: "driver-cannot",
      kind: "config",
      message: "The driver buildkit has no privileged, capabilities",
      path: "test.yml containerRunOptions",
      place: { file: "images/app/test.yml", line: 3 },
      fix: "Run it with the other driver: image-manager test --driver container-structure-test",
    },
  ]);
});

async function problems(work: Promise<unknown>) {
  return problemsOf(
    await work.then(
      () => [],
      (error: ImagesError) => error,
    ),
  );
}

test("no command is run when there is none: no daemon is started", async (t) => {
  const connect = () => Promise.reject(new Error("It was started"));
  const by = createStepTester({ connect, registry, project: "/", environment: {}, concurrency: 1 });
  assert.equal(await errors(t, await shell(), "fileExistenceTests: [{name: f, path: /bin/sh}]", { by }), [[]]);
});

test("an image that is not in the registry fails the task, not the test", async (t) => {
  const image = { ...(await shell()), digest: `sha256:${"0".repeat(64)}` } as const;
  const [problem] = await problems(results(t, image, "commandTests: [{name: a, command: id}]"));
  assert.is(problem?.kind, "task");
});

/** A program for a processor, that prints its name. */
async function programFor(t: Context, GOARCH: string): Promise<Buffer> {
  const cwd = await t.folder();
  const source = 'package main\nimport "runtime"\nfunc main() { println(runtime.GOARCH) }\n';
  await run(["sh", "-c", "cat > main.go && go mod init x"], { cwd, input: source });
  const env = { ...process.env, GOARCH, CGO_ENABLED: "0" } as Record<string, string>;
  assert.is((await run(["go", "build", "-o", "program"], { cwd, env })).code, 0);
  return await readFile(`${cwd}/program`);
}

const emulated = existsSync("/proc/sys/fs/binfmt_misc/qemu-aarch64") ? test : skipped;

function skipped(name: string): void {
  test.skip(name, "no emulation of aarch64: run 'image-manager doctor --fix'");
}

emulated(
  "commands of another platform are run by emulation",
  async (t) => {
    const executables = { program: await programFor(t, "arm64") };
    const image = await pushImage(registry, place, { architecture: "arm64", executables });
    const text = 'commandTests: [{name: a, command: /program, expectedError: ["^arm64\\n$"]}]'.replace("\\n", "\\\\n");
    assert.equal(await errors(t, image, text), [[]]);
  },
  { timeout: 60_000 },
);

test(
  "without emulation the way to it is said",
  async (t) => {
    const executables = { program: await programFor(t, "riscv64") };
    const image = await pushImage(registry, place, { architecture: "riscv64", executables });
    assert.equal(await problems(results(t, image, "commandTests: [{name: a, command: /program}]")), [
      {
        code: "no-emulation",
        kind: "task",
        message: "Cannot run programs for linux/riscv64: emulation is not set up",
        found: "exec format error",
        fix: "image-manager doctor --fix",
      },
    ]);
  },
  { timeout: 60_000 },
);
