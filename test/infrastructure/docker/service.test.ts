import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as assert from "uvu/assert";
import { createDocker } from "../../../infrastructure/docker/api.ts";
import { createDind } from "../../../infrastructure/docker/service.ts";
import { run } from "../../../infrastructure/process/run.ts";
import { runtimeCommand } from "../../../infrastructure/process/runtime.ts";
import { suite } from "../../rig/suite.ts";
import { mountsBelow, rootSuite } from "../buildkit/daemon.ts";
import { processes, processesNaming } from "../process/processes.ts";
import { problems } from "../registry/images.ts";
import { freshDocker, optionsIn, startSleeping } from "./dockerd.ts";

const test = rootSuite(suite("dind"));

test("start() gives a daemon that answers, stop() leaves nothing of it", async (t) => {
  const events: string[] = [];
  const { folder, service } = await freshDocker(t, { emit: ({ state, detail }) => events.push(`${state} ${detail}`) });
  const address = `unix://${folder}/run/dind/docker.sock`;
  const state = await service.start();
  assert.equal([state.state, state.address, state.mode], ["running", address, "native"]);
  assert.equal(events, [`starting ${address}`, `started ${address}, native`]);
  assert.is(await createDocker(address, {}).ping(), true);
  assert.is((await stat(join(folder, "run/dind"))).mode & 0o777, 0o700);
  assert.equal([await service.status(), await createDind(optionsIn(folder)).start()], [state, state]);
  assert.equal([await service.stop(), await service.stop()], [true, false]);
  assert.equal(await service.status(), { name: "dind", state: "stopped", address });
  assert.equal([await processesNaming(folder), await mountsBelow(folder)], [[], []]);
});

test("start() notices a killed daemon, whose containers and mounts are gone with it", async (t) => {
  const { folder, service } = await freshDocker(t);
  const first = await service.start();
  const program = await startSleeping(first.address, folder);
  const daemon = (await processes()).find((it) => /^\S*dockerd /.test(it.command) && it.command.includes(folder));
  assert.ok(daemon);
  process.kill(daemon.pid, "SIGKILL");
  while ((await processes()).some(({ command }) => command === program)) await sleep(20);
  assert.equal([await processesNaming(folder), await mountsBelow(folder)], [[], []]);
  assert.is((await service.status()).state, "stopped");
  assert.is.not((await service.start()).pid, first.pid);
});

test("stop() ends a daemon with the containers that run", async (t) => {
  const { folder, service } = await freshDocker(t);
  const program = await startSleeping((await service.start()).address, folder);
  await service.stop();
  assert.equal([await processesNaming(folder), await mountsBelow(folder)], [[], []]);
  assert.not((await processes()).some(({ command }) => command === program));
});

test("createDind() only connects to the daemon that DOCKER_HOST names", async (t) => {
  const { service } = await freshDocker(t);
  const { address } = await service.start();
  const foreign = createDind(optionsIn(await t.folder(), { environment: { DOCKER_HOST: address } }));
  const state = { name: "dind", state: "running", address, mode: "foreign" };
  assert.equal([await foreign.start(), await foreign.status(), await foreign.stop()], [state, state, false]);
  assert.is((await service.status()).state, "running");
});

test("createDind() says so when nothing answers at DOCKER_HOST", async (t) => {
  const DOCKER_HOST = "tcp://127.0.0.1:1";
  const foreign = createDind(optionsIn(await t.folder(), { environment: { DOCKER_HOST } }));
  assert.equal(await problems(foreign.start()), [
    {
      code: "docker-unreachable",
      kind: "service",
      message: "Docker not reachable at tcp://127.0.0.1:1",
      fix: "Start it, or unset DOCKER_HOST to have one started",
    },
  ]);
  assert.is((await foreign.status()).state, "unreachable");
});

test("createDind() says which addresses there are when DOCKER_HOST is none of them", async (t) => {
  const foreign = createDind(optionsIn(await t.folder(), { environment: { DOCKER_HOST: "ssh://me@there" } }));
  assert.equal(await problems(foreign.start()), [
    {
      code: "docker-address",
      kind: "service",
      message: "Cannot use DOCKER_HOST=ssh://me@there",
      wanted: "unix:///path/to/docker.sock or tcp://host:port",
      fix: "container-structure-test takes no other address: set DOCKER_HOST to one of these, or unset it",
    },
  ]);
});

test("start() says what to install when there is no dockerd", async (t) => {
  // In a mount namespace of its own a file that cannot be executed lies over the program.
  const hide =
    'for f in /usr/bin/dockerd /usr/sbin/dockerd; do test ! -e $f || mount --bind /dev/null $f; done; exec "$@"';
  const command = [...runtimeCommand(new URL("starter.ts", import.meta.url)), await t.folder()];
  const { stdout } = await run(["unshare", "--mount", "sh", "-c", hide, "sh", ...command]);
  assert.equal(JSON.parse(stdout), [
    {
      code: "docker-impossible",
      kind: "service",
      message: "Cannot start dind: there is no dockerd and no container engine",
      found: "no dockerd on PATH; no Docker or Podman that answers",
      fix: "Run 'apt-get install docker.io', or set DOCKER_HOST to a Docker daemon that runs",
    },
  ]);
});

test("start() says that the path of its socket is too long", async (t) => {
  const folder = await t.folder();
  const runtime = join(folder, "run".padEnd(80, "-"));
  const service = createDind({ ...optionsIn(folder), paths: { runtime, state: folder } });
  const path = `${runtime}/dind/exec/containerd/containerd.sock.ttrpc`;
  assert.equal(await problems(service.start()), [
    {
      code: "socket-path-too-long",
      kind: "service",
      message: `Cannot start dind: the path of its socket has ${path.length + 1} bytes, and 108 is the limit`,
      found: path,
      fix: "Set XDG_RUNTIME_DIR to a folder with a shorter path",
    },
  ]);
});
