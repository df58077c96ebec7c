// @garage
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import * as assert from "uvu/assert";
import { credentialVariables } from "../../../infrastructure/garage/credentials.ts";
import { createGarage } from "../../../infrastructure/garage/service.ts";
import { startTime } from "../../../infrastructure/process/start-time.ts";
import type { Service, ServicePaths } from "../../../infrastructure/services/service.ts";
import { freePlace, startGarage, type TestGarage } from "../../rig/garage.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { tool } from "../../rig/tools.ts";
import { processesNaming } from "../process/processes.ts";
import { problems } from "../registry/images.ts";

const test = suite("garage");

/** The same Garage as another command sees it. */
function another({ place, paths }: Pick<TestGarage, "place" | "paths">, environment = {}): Service {
  return createGarage({ place, paths, environment, tool, emit: () => {} });
}

function client(t: Context, { place, variables }: Pick<TestGarage, "place" | "variables">): S3Client {
  const { GARAGE_ACCESS_KEY_ID: accessKeyId = "", GARAGE_SECRET_ACCESS_KEY: secretAccessKey = "" } = variables;
  const { endpoint, region } = place;
  const made = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
  t.use({ [Symbol.dispose]: () => made.destroy() });
  return made;
}

test("start() gives a Garage with a bucket to write to, which keeps what it has", async (t) => {
  const garage = await startGarage(t);
  const { place, paths, variables } = garage;
  const { state, address, mode, version } = await garage.service.status();
  assert.equal([state, address, mode, version], ["running", new URL(place.endpoint).host, "native", "2.1.0"]);
  const at = { Bucket: place.bucket, Key: "main/entries/1" };
  const first = client(t, garage);
  await first.send(new PutObjectCommand({ ...at, Body: "kept" }));
  first.destroy();
  assert.equal([await garage.service.stop(), await garage.service.stop()], [true, false]);
  assert.equal(await processesNaming(join(paths.state, "garage")), []);
  await garage.service.start();
  assert.equal(await credentialVariables(place, paths, {}), variables);
  const { Body } = await client(t, garage).send(new GetObjectCommand(at));
  assert.is(await Body?.transformToString(), "kept");
});

test("start() keeps its secrets to the user: in a file only, and neither in its record, log nor command", async (t) => {
  const { paths, variables, service } = await startGarage(t);
  const file = join(paths.state, "garage/secrets.env");
  assert.is((await stat(file)).mode & 0o777, 0o600);
  assert.is((await stat(join(paths.state, "garage"))).mode & 0o777, 0o700);
  const { pid } = await service.status();
  const places = [
    join(paths.runtime, "services/garage.json"),
    join(paths.state, "log/garage.log"),
    join(paths.state, "garage/garage.toml"),
    `/proc/${pid}/cmdline`,
  ];
  const text = (await Promise.all(places.map((place) => readFile(place, "utf8")))).join("\n");
  const written = await readFile(file, "utf8");
  const secrets = [...written.matchAll(/=(.+)$/gm)].map(([, value = ""]) => value);
  assert.is(secrets.length, 4);
  assert.equal(
    secrets.filter((value) => text.includes(value)),
    [],
  );
  assert.equal(
    Object.values(variables).filter((value) => !secrets.includes(value ?? "")),
    [],
  );
});

test("start() gives commands that run at once the same Garage", async (t) => {
  const garage = await startGarage(t);
  await garage.service.stop();
  const states = await Promise.all([1, 2, 3].map(() => another(garage).start()));
  assert.is(new Set(states.map(({ pid }) => pid)).size, 1);
});

test("start() notices a killed Garage, and goes on with its data", async (t) => {
  const { service } = await startGarage(t);
  const { pid = 0 } = await service.status();
  process.kill(pid, "SIGKILL");
  while (await startTime(pid)) await sleep(5, undefined, { signal: t.signal });
  assert.is((await service.status()).state, "stopped");
  assert.is.not((await service.start()).pid, pid);
});

test("start() only connects to a Garage that somebody else started, and stop() leaves it", async (t) => {
  const { place, service } = await startGarage(t);
  const folder = await t.folder();
  const paths: ServicePaths = { runtime: join(folder, "run"), state: join(folder, "state") };
  const other = another({ place, paths });
  const found = { name: "garage", state: "running", address: new URL(place.endpoint).host, mode: "foreign" };
  assert.equal([await other.start(), await other.status(), await other.stop()], [found, found, false]);
  assert.is((await service.status()).state, "running");
});

test("start() says so when something else listens at one of its ports", async (t) => {
  const server = createServer((_, response) => response.end("<html>")).listen(0, "127.0.0.1");
  t.use({ [Symbol.dispose]: () => void server.close() });
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const taken = `http://localhost:${port}`;
  const free = await freePlace();
  for (const place of [
    { ...free, endpoint: taken },
    { ...free, admin: { ...free.admin, endpoint: taken } },
  ]) {
    const folder = await t.folder();
    const service = another({ place, paths: { runtime: join(folder, "run"), state: join(folder, "state") } });
    assert.equal(await problems(service.start()), [
      {
        code: "port-taken",
        kind: "service",
        message: `Cannot start Garage at ${place.endpoint} and ${place.admin.endpoint}: something that is no Garage listens there`,
        fix: 'End it, or take other ports: garage({ endpoint: "http://localhost:4900", admin: "http://localhost:4903" })',
      },
    ]);
    assert.is((await service.status()).state, "stopped");
  }
});

test("start() starts again with another admin token that a variable gives", async (t) => {
  const garage = await startGarage(t);
  const { pid } = await garage.service.status();
  const environment = { GARAGE_ADMIN_TOKEN: "chosen" };
  const state = await another(garage, environment).start();
  assert.is.not(state.pid, pid);
  assert.equal((await another(garage, environment).start()).pid, state.pid);
});
