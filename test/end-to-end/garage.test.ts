// @garage
import { dirname, join } from "node:path";
import * as assert from "uvu/assert";
import { Machine, type Project } from "../rig/cli.ts";
import { freePlace } from "../rig/garage.ts";
import { suite } from "../rig/suite.ts";
import { tool } from "../rig/tools.ts";

const test = suite("Garage of a project");

let machine: Machine;
test.before(async (t) => {
  machine = t.use(await Machine.create());
});

/** A project on a machine with a Garage on PATH; `cache` is a setting of its configuration. */
async function project(cache: string): Promise<{ project: Project; env: Record<string, string> }> {
  const project = await machine.project({
    "images.config.ts": `import { defineImages, garage, hosted, image, s3 } from "image-manager";
      const app = image("app", { dockerfile: { text: "FROM scratch" }, tags: { "1": {} } });
      export default defineImages({ images: [app], registry: hosted({ port: ${machine.port} }), ${cache} });`,
  });
  const env = { PATH: `${dirname(await tool("garage"))}:${machine.environment().PATH}` };
  return { project, env };
}

test("start, status and stop handle the Garage of the configuration, by its name or with the others", async () => {
  const { endpoint, admin } = await freePlace();
  const cache = `cache: garage({ endpoint: "${endpoint}", admin: "${admin.endpoint}" })`;
  const { project: at, env } = await project(cache);
  const state = async () => {
    const { services } = JSON.parse((await at.run("status garage --json", { env })).stdout);
    return [services[0].state, services[0].needed, services[0].address];
  };
  const { host } = new URL(endpoint);
  assert.equal(await state(), ["stopped", true, host]);
  const started = await at.run("start garage", { env });
  assert.match(started.stdout, /^garage {2}running {2}pid \d+ · 2\.1\.0 · native · localhost:\d+ {2}since \d\d:\d\d$/);
  assert.is(started.stderr, `Started garage: ${host}, native`);
  assert.equal(await state(), ["running", true, host]);
  const stopped = await at.run("stop", { env });
  assert.match(stopped.stdout, /^garage stopped$/m);
  assert.equal(await state(), ["stopped", true, host]);
});

test("start leaves Garage alone where the cache is elsewhere, and status says so", async () => {
  const { project: at, env } = await project('cache: s3({ bucket: "team-cache" })');
  const { stdout } = await at.run("start", { env });
  assert.not.match(stdout, /garage/);
  const { services } = JSON.parse((await at.run("status garage --json", { env })).stdout);
  assert.is(services[0].needed, false);
});

test("doctor names Garage as something that need not be there, and how to get it", async () => {
  const { project: at } = await project("cache: garage()");
  const { stdout } = await at.run("doctor", { env: { PATH: "/usr/bin:/bin" } });
  const cache = join(machine.environment().XDG_CACHE_HOME ?? "", "image-manager/tools");
  assert.ok(
    stdout.includes(
      [
        `○ garage                   no garage on PATH or in ${cache}`,
        "    holds the shared cache where docker compose does not start it",
        "    get it: image-manager start garage",
      ].join("\n"),
    ),
    stdout,
  );
});
