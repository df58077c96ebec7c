import { setTimeout as sleep } from "node:timers/promises";
import * as assert from "uvu/assert";
import { processesNaming } from "../infrastructure/process/processes.ts";
import { Machine, type Project } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("interruptions");
let machine: Machine;
let daemons: readonly string[];

test.before(async (t) => {
  machine = t.use(await Machine.create());
  const project = await slow("first");
  assert.is((await project.run("start")).code, 0);
  daemons = await running();
});

/** Command lines of this machine's processes: of the daemons, when no command runs. */
async function running(): Promise<readonly string[]> {
  return (await processesNaming(machine.folder)).toSorted();
}

/** How long the step of each image sleeps: no other process of this machine sleeps as long, it is found by it. */
const patience = new Map<string, number>();

/** Steps of an image's builds that still run. */
async function steps(name: string): Promise<readonly string[]> {
  return processesNaming(`/busybox sleep ${patience.get(name)}`);
}

/** An image whose step sleeps as long as its file says, and one that is built on it. */
async function slow(name: string): Promise<Project> {
  patience.set(name, process.pid * 1000 + patience.size);
  const project = await machine.project({
    [`images/${name}/Dockerfile`]: `FROM scratch
COPY busybox seconds /
SHELL ["/busybox", "sh", "-c"]
RUN echo "step begun" && /busybox sleep $(/busybox cat /seconds)
`,
    [`images/${name}/seconds`]: `${patience.get(name)}\n`,
    [`images/${name}-child/Dockerfile`]: "FROM base\nLABEL child=yes\n",
  });
  await project.busybox(name);
  await project.configure(
    `const slow = image("${name}", { tags: { "1": {} } });
     const child = image("${name}-child", { from: slow.tag("1"), tags: { "1": {} } });`,
    "slow, child",
  );
  return project;
}

async function isRight(project: Project, name: string): Promise<void> {
  await project.write({ [`images/${name}/seconds`]: "0\n" });
  const { code, stdout, summary } = await project.run("all --json");
  assert.is(code, 0, stdout.slice(-1000));
  assert.is(summary.failed + summary.skipped + summary.cancelled, 0);
  assert.is((await project.run("plan --exit-code")).code, 0);
  const [image] = await machine.pull(`${name}:1`);
  assert.is(image?.files.get("seconds")?.text, "0\n");
}

for (const [signal, status] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  test(`${signal} ends a build with status ${status} and leaves nothing`, async () => {
    const name = signal.toLowerCase();
    const project = await slow(name);
    const build = project.start("all --json");
    await build.seen(/step begun/);
    while ((await steps(name)).length === 0) await sleep(20);
    process.kill(build.pid, signal);
    const { code, summary } = await build.done;
    assert.is(code, status);
    assert.is(summary.type, "summary");
    assert.is(summary.cancelled, 1);
    assert.is(summary.failed, 0);
    assert.equal(await running(), daemons);
    await gone(name);
    await isRight(project, name);
  });
}

test("an interrupted run says how far it came", async () => {
  const project = await slow("told");
  const build = project.start("all --verbose");
  await build.seen(/→ build +told:1/);
  await sleep(300);
  process.kill(build.pid, "SIGINT");
  const { code, stdout } = await build.done;
  assert.is(code, 130);
  assert.match(stdout, /\nInterrupted after [\d.]+ s: 1 cancelled · 5 not started · 2 done$/);
});

test("the second SIGINT ends what does not want to end, at once", async () => {
  const project = await machine.project({ "images/deaf/Dockerfile": "FROM scratch\nCOPY made /\n" });
  const script = 'trap "" TERM INT; echo "deaf now" >&2; sleep 61';
  await project.configure(
    `const deaf = image("deaf", { tags: { "1": {} }, files: { made: command(["sh", "-c", ${JSON.stringify(script)}, "${machine.folder}"], { version: "pinned" }) } });`,
    "deaf",
  );
  const build = project.start("all --json");
  await build.seen(/"deaf now"/);
  process.kill(build.pid, "SIGINT");
  await sleep(300);
  const begin = performance.now();
  process.kill(build.pid, "SIGINT");
  const { code } = await build.done;
  assert.is(code, 130);
  assert.ok(performance.now() - begin < 1000);
  assert.equal(await running(), daemons);
});

/** A chain of images, each of a file that a command makes. */
async function chain(names: readonly string[]): Promise<Project> {
  const declared = names.map((name, i) => {
    const made = `command(["cp", "images/${name}/text", "{out}"], { inputs: ["images/${name}/text"], version: "pinned" })`;
    const from = i === 0 ? "" : `from: ${names[i - 1]}.tag("1"),`;
    return `const ${name} = image("${name}", { ${from} tags: { "1": {} }, files: { "${name}.txt": ${made} } });`;
  });
  const dockerfiles = names.map((name, i) => [
    `images/${name}/Dockerfile`,
    `FROM ${i === 0 ? "scratch" : "base"}\nCOPY *.txt /\n`,
  ]);
  const project = await machine.project(Object.fromEntries(dockerfiles));
  await project.configure(declared.join("\n"), names.join(", "));
  return project;
}

async function killAfter(project: Project, wait: number): Promise<void> {
  const run = project.start("all");
  const ended = await Promise.race([run.done, sleep(wait)]);
  if (!ended) process.kill(run.pid, "SIGKILL");
  await run.done;
}

const rounds = 10;

async function killAtRandom(): Promise<void> {
  const names = ["one", "two"];
  const project = await chain(names);
  for (let round = 0; round < rounds; round += 1) {
    const content = `round ${round}\n`;
    await project.write(Object.fromEntries(names.map((name) => [`images/${name}/text`, content])));
    // One moment in each tenth of the time that a run takes.
    await killAfter(project, ((round + Math.random()) / rounds) * 1200);
    const next = await project.run("all --json");
    assert.is(next.code, 0, `${next.stdout}${next.stderr}`.slice(-2000));
    const [image] = await machine.pull("two:1");
    assert.equal(
      names.map((name) => image?.files.get(`${name}.txt`)?.text),
      names.map(() => content),
    );
  }
  assert.is((await project.run("plan --exit-code")).code, 0);
}

test("kill -9 at any moment leaves a store that the next run can use", killAtRandom, { timeout: 120_000 });

test("a build goes on with a new buildkitd when the old one is killed", async () => {
  const project = await slow("lost");
  await project.write({ "images/lost/seconds": "3\n" });
  const build = project.start("all --json");
  await build.seen(/step begun/);
  await killDaemon(project);
  const { code, stdout, ran } = await build.done;
  assert.is(code, 0, stdout.slice(-2000));
  assert.match(stdout, "The connection to buildkitd was lost; building once more");
  assert.ok(ran.includes("build lost:1 linux/amd64"));
});

test("a build fails clearly when buildkitd is killed again", async () => {
  const project = await slow("again");
  const build = project.start("all --json");
  await build.seen(/step begun/);
  await killDaemon(project);
  await build.seen(/building once more/);
  await build.seen(/"service":"buildkitd","state":"started"/);
  await sleep(1000);
  await killDaemon(project);
  const { code, summary } = await build.done;
  assert.is(code, 5);
  assert.equal(
    summary.problems.map(({ code: name, message }) => `${name}: ${message}`),
    ["builder-lost: The connection to buildkitd was lost"],
  );
  await isRight(project, "again");
  daemons = await running();
});

test("two runs at once in one project do nothing twice", async () => {
  const project = await slow("twice");
  await project.write({ "images/twice/seconds": "1\n" });
  const runs = await Promise.all(["all --json", "all --json"].map((args) => project.run(args)));
  assert.equal(
    runs.map(({ code }) => code),
    [0, 0],
  );
  const work = runs.flatMap(({ ran }) => ran).filter((id) => !id.startsWith("render "));
  assert.equal(work.toSorted(), [
    ...["build twice-child:1 linux/amd64", "build twice:1 linux/amd64", "manifest twice-child:1", "manifest twice:1"],
    ...["push twice-child:1", "push twice:1"],
  ]);
  assert.is((await project.run("plan --exit-code")).code, 0);
});

async function killDaemon(project: Project): Promise<void> {
  const { stdout } = await project.run("status buildkitd --json");
  const [{ pid }] = JSON.parse(stdout).services;
  process.kill(-pid, "SIGKILL");
}

/** BuildKit ends a step a moment after its client has gone. */
async function gone(name: string): Promise<void> {
  while ((await steps(name)).length > 0) await sleep(50);
}
