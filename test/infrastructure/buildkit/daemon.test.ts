import { readFileSync } from "node:fs";
import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as assert from "uvu/assert";
import { createLocalBuildkitd } from "../../../infrastructure/buildkit/daemon.ts";
import { run } from "../../../infrastructure/process/run.ts";
import { runtimeCommand } from "../../../infrastructure/process/runtime.ts";
import { type ImagesError, problemsOf } from "../../../src/problem.ts";
import { suite } from "../../rig/suite.ts";
import { tool } from "../../rig/tools.ts";
import { processes, processesNaming } from "../process/processes.ts";
import { freshDaemon, mountsBelow, optionsIn, rootSuite, startSleeping } from "./daemon.ts";

const test = rootSuite(suite("buildkitd"));
const starter = new URL("starter.ts", import.meta.url);

test("start() gives a daemon that works, stop() leaves nothing of it", async (t) => {
  const events: string[] = [];
  const { folder, service } = await freshDaemon(t, { emit: ({ state, detail }) => events.push(`${state} ${detail}`) });
  const address = `unix://${folder}/run/buildkitd/buildkitd.sock`;
  const state = await service.start();
  assert.equal([state.state, state.address, state.mode, state.version], ["running", address, "native", "0.26.3"]);
  assert.equal(events, [`starting ${address}`, `started ${address}, native`]);
  assert.is((await run([await tool("buildctl"), "--addr", address, "debug", "info"])).code, 0);
  assert.equal(await service.status(), state);
  assert.equal([await service.stop(), await service.stop()], [true, false]);
  assert.equal(await service.status(), { name: "buildkitd", state: "stopped", address });
  assert.equal([await processesNaming(folder), await mountsBelow(folder)], [[], []]);
});

test("start() finds the daemon of an earlier command at once", async (t) => {
  const { options, service } = await freshDaemon(t);
  const first = await service.start();
  const begin = performance.now();
  assert.equal(await createLocalBuildkitd(options, "native").start(), first);
  assert.ok(performance.now() - begin < 50);
});

test("start() gives commands that run at once the same daemon", async (t) => {
  const { folder, service } = await freshDaemon(t);
  const starts = Array.from({ length: 3 }, () => run([...runtimeCommand(starter), folder]));
  const pids = new Set((await Promise.all(starts)).map(({ stdout }) => stdout.trim()));
  assert.equal([...pids], [String((await service.status()).pid)]);
});

test("start() keeps sockets and data from other users", async (t) => {
  const folder = await t.folder();
  await mkdir(join(folder, "run"));
  await chmod(join(folder, "run"), 0o755);
  const service = createLocalBuildkitd(optionsIn(folder), "native");
  t.use({ [Symbol.asyncDispose]: async () => void (await service.stop()) });
  await service.start();
  for (const path of ["run", "run/buildkitd", "run/services", "state/buildkit", "state/log"]) {
    assert.is((await stat(join(folder, path))).mode & 0o777, 0o700, path);
  }
});

test("start() does not trust a record whose process is another one", async (t) => {
  const { folder, service } = await freshDaemon(t);
  await mkdir(join(folder, "run/services"), { recursive: true });
  const record = {
    pid: process.pid,
    startTime: "1",
    address: "",
    mode: "native",
    version: "",
    settings: {},
    since: "",
  };
  await writeFile(join(folder, "run/services/buildkitd.json"), JSON.stringify(record));
  assert.is((await service.status()).state, "stopped");
  assert.is(await service.stop(), false);
  assert.is.not((await service.start()).pid, process.pid);
});

test("start() takes a torn record for none", async (t) => {
  const { folder, service } = await freshDaemon(t);
  await mkdir(join(folder, "run/services"), { recursive: true });
  await writeFile(join(folder, "run/services/buildkitd.json"), '{"pid": 1');
  assert.is((await service.start()).state, "running");
});

test("start() notices a killed daemon, whose build steps and mounts are gone with it", async (t) => {
  const { folder, service } = await freshDaemon(t);
  const first = await service.start();
  const building = await startSleeping(t, first.address, folder);
  const daemon = (await processes()).find((it) => /^\S+\/buildkitd /.test(it.command) && it.command.includes(folder));
  assert.ok(daemon);
  process.kill(daemon.pid, "SIGKILL");
  await building.done;
  await sleep(100);
  assert.equal([await processesNaming(folder), await mountsBelow(folder)], [[], []]);
  assert.is((await service.status()).state, "stopped");
  const second = await service.start();
  assert.is.not(second.pid, first.pid);
  await startSleeping(t, second.address, folder);
});

test("stop() ends a daemon in the middle of a build with all its steps", async (t) => {
  const { folder, service } = await freshDaemon(t);
  const building = await startSleeping(t, (await service.start()).address, folder);
  await service.stop();
  assert.is((await building.done).code, 1);
  assert.equal([await processesNaming(folder), await mountsBelow(folder)], [[], []]);
});

test("start() restarts a daemon that lacks a registry, and keeps one that knows more", async (t) => {
  const { folder, service } = await freshDaemon(t);
  const first = await service.start();
  const wants = (insecureRegistries: readonly string[]) =>
    createLocalBuildkitd(optionsIn(folder, { insecureRegistries }), "native").start();
  const second = await wants(["registry:5000"]);
  const third = await wants(["other:5000"]);
  assert.is(new Set([first.pid, second.pid, third.pid]).size, 3);
  assert.equal(await service.start(), third);
  assert.equal(await wants(["registry:5000"]), third);
});

test("start() restarts a daemon when the way to the network changed", async (t) => {
  const { folder, service, options } = await freshDaemon(t);
  const first = await service.start();
  const environment = { ...options.environment, HTTPS_PROXY: "http://user:secret@proxy:3128" };
  const second = await createLocalBuildkitd(optionsIn(folder, { environment }), "native").start();
  assert.is.not(second.pid, first.pid);
  const { code } = await run(["grep", "--recursive", "--files-with-matches", "secret", folder]);
  assert.is(code, 1);
});

test("start() gives a daemon its credentials in its environment only, and restarts one that has others", async (t) => {
  const { folder, service } = await freshDaemon(t);
  const first = await service.start();
  const wants = (AWS_SECRET_ACCESS_KEY: string) =>
    createLocalBuildkitd(optionsIn(folder, { credentials: { AWS_SECRET_ACCESS_KEY } }), "native").start();
  const second = await wants("key-one");
  const third = await wants("key-two");
  assert.is(new Set([first.pid, second.pid, third.pid]).size, 3);
  assert.equal([await wants("key-two"), await service.start()], [third, third], "none are needed: any will do");
  const { code } = await run(["grep", "--recursive", "--files-with-matches", "key-two", folder]);
  assert.is(code, 1);
  const daemon = (await processes()).find((it) => /^\S+\/buildkitd /.test(it.command) && it.command.includes(folder));
  assert.match(readFileSync(`/proc/${daemon?.pid}/environ`, "utf8"), "AWS_SECRET_ACCESS_KEY=key-two");
});

test("start() shows the log's end when the daemon does not start", async (t) => {
  const folder = await t.folder();
  const broken = join(folder, "buildkitd");
  await writeFile(broken, "#!/bin/sh\necho no permission here >&2; exit 1\n", { mode: 0o755 });
  const service = createLocalBuildkitd(optionsIn(folder, { tool: async () => broken }), "native");
  const failure = await service.start().catch((error: ImagesError) => error);
  assert.equal(problemsOf(failure), [
    {
      code: "service-not-started",
      kind: "service",
      message: "Cannot start buildkitd: it ended at once",
      looked: [`${folder}/state/log/buildkitd.log`],
      log: ["no permission here"],
      fix: "Run 'image-manager doctor', or set BUILDKIT_HOST to a buildkitd that runs",
    },
  ]);
  assert.is((await service.status()).state, "stopped");
});
