import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as assert from "uvu/assert";
import { startTime } from "../../../infrastructure/process/start-time.ts";
import { createHostedRegistry } from "../../../infrastructure/registry/daemon.ts";
import type { Service } from "../../../infrastructure/services/service.ts";
import { type ImagesError, problemsOf } from "../../../src/problem.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { processesNaming } from "../process/processes.ts";

const test = suite("hosted registry");

async function listen(t: Context, server: Server, port = 0): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  t.use({ [Symbol.dispose]: () => void server.close() });
  return (server.address() as AddressInfo).port;
}

const listenHttp = (t: Context, answer: RequestListener) => listen(t, createHttpServer(answer));

/** A port that was free a moment ago. */
async function freePort(t: Context): Promise<number> {
  const server = createTcpServer();
  const port = await listen(t, server);
  server.close();
  await once(server, "close");
  return port;
}

async function hosted(t: Context, port: number, folder?: string): Promise<{ service: Service; folder: string }> {
  const used = folder ?? (await t.folder());
  const service = createHostedRegistry({
    paths: { runtime: join(used, "run"), state: join(used, "state") },
    address: `localhost:${port}`,
    version: "1.0.0",
    environment: process.env,
    emit: () => {},
  });
  t.use({ [Symbol.asyncDispose]: async () => void (await service.stop()) });
  return { service, folder: used };
}

const statusOf = async (host: string) => (await fetch(`http://${host}/v2/`)).status;

test("start() starts the embedded registry, found by localhost and by 127.0.0.1", async (t) => {
  const port = await freePort(t);
  const { service, folder } = await hosted(t, port);
  const state = await service.start();
  assert.equal([state.state, state.mode, state.address], ["running", "native", `localhost:${port}`]);
  assert.equal([await statusOf(`localhost:${port}`), await statusOf(`127.0.0.1:${port}`)], [200, 200]);
  const begin = performance.now();
  assert.equal(await service.start(), state);
  assert.ok(performance.now() - begin < 100);
  assert.equal(await service.status(), state);
  assert.equal([await service.stop(), await service.stop()], [true, false]);
  assert.equal([(await service.status()).state, await processesNaming(folder)], ["stopped", []]);
});

test("start() gives commands that run at once the same registry", async (t) => {
  const port = await freePort(t);
  const { service, folder } = await hosted(t, port);
  const others = await Promise.all([hosted(t, port, folder), hosted(t, port, folder)]);
  const states = await Promise.all([service, ...others.map((it) => it.service)].map((it) => it.start()));
  assert.equal(new Set(states.map(({ pid }) => pid)).size, 1);
});

test("start() notices a killed registry", async (t) => {
  const { service } = await hosted(t, await freePort(t));
  const first = await service.start();
  process.kill(first.pid as number, "SIGKILL");
  // A process that dies still answers for a moment.
  while (await startTime(first.pid as number)) await sleep(5, undefined, { signal: t.signal });
  assert.is.not((await service.start()).pid, first.pid);
});

test("start() moves the registry to another address", async (t) => {
  const { service, folder } = await hosted(t, await freePort(t));
  const first = await service.start();
  const moved = await hosted(t, await freePort(t), folder);
  const second = await moved.service.start();
  assert.is(await statusOf(second.address), 200);
  assert.is.not(second.pid, first.pid);
  assert.equal(await service.status(), second);
});

for (const status of [200, 401]) {
  test(`start() uses a registry that answers ${status}, and never ends it`, async (t) => {
    const port = await listenHttp(t, (_request, response) => response.writeHead(status).end("{}"));
    const { service } = await hosted(t, port);
    const state = { name: "registry", state: "running", address: `localhost:${port}`, mode: "foreign" };
    assert.equal([await service.start(), await service.status(), await service.stop()], [state, state, false]);
  });
}

test("start() says so when the port is taken by something else", async (t) => {
  const web = await listenHttp(t, (_request, response) => response.writeHead(404).end("no such page"));
  const garbage = await listen(
    t,
    createTcpServer((socket) => socket.on("data", () => socket.end("HELLO\r\n"))),
  );
  for (const port of [web, garbage]) {
    const { service } = await hosted(t, port);
    const failure = await service.start().catch((error: ImagesError) => error);
    assert.equal(problemsOf(failure), [
      {
        code: "port-taken",
        kind: "service",
        message: `Cannot start the registry at localhost:${port}: something that is no registry listens there`,
        fix: "End it, or take another port: registry: hosted({ port: 5051 })",
      },
    ]);
    assert.is((await service.status()).state, "stopped");
  }
});
