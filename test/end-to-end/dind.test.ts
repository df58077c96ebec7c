import * as assert from "uvu/assert";
import { rootSuite } from "../infrastructure/buildkit/daemon.ts";
import { Machine } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = rootSuite(suite("the driver container-structure-test"));

const declared = 'const app = image("app", { tags: { "1": {} }, sbom: false });';

const files = {
  "images/app/Dockerfile": "FROM scratch\nCOPY --chmod=755 busybox /busybox\n",
  "images/app/test.yml": `schemaVersion: 2.0.0
commandTests:
  - {name: it greets, command: /busybox, args: [echo, hello], expectedOutput: [hello]}
fileExistenceTests:
  - {name: it is there, path: /busybox, permissions: "-rwxr-xr-x", uid: 0}
`,
};

/** Names of the services, and what is said of each. */
function servicesIn(stdout: string): readonly (readonly [string, string, boolean])[] {
  const { services } = JSON.parse(stdout) as { services: { name: string; state: string; needed: boolean }[] };
  return services.map(({ name, state, needed }) => [name, state, needed] as const);
}

test(
  "a configured driver has its daemon started, tests run by it, and found again with the other driver",
  async (t) => {
    const machine = t.use(await Machine.create());
    const project = await machine.project(files);
    await project.busybox("app");
    await project.configure(declared, "app", 'testing: { driver: "container-structure-test" }');

    const started = await project.run("start --json");
    const services = ["buildkitd", "registry", "dind"];
    assert.equal(
      servicesIn(started.stdout),
      services.map((name) => [name, "running", true]),
      started.stderr,
    );
    const first = await project.run("test");
    assert.is(first.code, 0, first.stdout);
    assert.match(first.stdout, / ✔ test\s+app:1 +[\d.]+ s {3}2 passed\n/);
    assert.is((await project.run("plan --exit-code --driver buildkit")).code, 1);
    const second = await project.run("test --driver buildkit --json");
    assert.equal([second.code, second.ran], [0, ["test app:1 linux/amd64"]]);
    assert.equal((await project.run("test --json")).ran, []);

    await project.write({ "images/app/test.yml": files["images/app/test.yml"].replace("[hello]}", "[goodbye]}") });
    const broken = await project.run("test");
    assert.is(broken.code, 4);
    assert.match(broken.stdout, "Expected string 'goodbye' not found in output 'hello");
    assert.equal((await project.run("stop")).stdout.split("\n"), [
      "buildkitd stopped",
      "registry stopped",
      "garage was not running",
      "dind stopped",
    ]);
  },
  { timeout: 120_000 },
);

test("start leaves dind out when nothing needs it, and status says so", async (t) => {
  const machine = t.use(await Machine.create());
  const project = await machine.project(files);
  await project.configure(declared, "app");
  assert.equal(servicesIn((await project.run("start --json")).stdout), [
    ["buildkitd", "running", true],
    ["registry", "running", true],
  ]);
  const { stdout } = await project.run("status");
  assert.match(stdout, /^dind {7}stopped {2}not needed by this configuration$/m);
});

test("doctor asks for the program and its daemon when they are configured", async (t) => {
  const machine = t.use(await Machine.create());
  const project = await machine.project(files);
  const names = async (settings: string, env = {}) => {
    await project.configure(declared, "app", settings);
    const { stdout } = await project.run("doctor --json", { env });
    const { requirements } = JSON.parse(stdout) as { requirements: { name: string }[] };
    return requirements.map(({ name }) => name).filter((name) => /dockerd|structure/.test(name));
  };
  const official = 'testing: { driver: "container-structure-test" }';
  assert.equal(await names(official), ["container-structure-test", "dockerd"]);
  assert.equal(await names(official, { DOCKER_HOST: "tcp://there:2375" }), ["container-structure-test"]);
  assert.equal(await names(""), []);
});

test("test says that nothing answers at DOCKER_HOST, and exits with 5", async (t) => {
  const machine = t.use(await Machine.create());
  const project = await machine.project(files);
  await project.busybox("app");
  await project.configure(declared, "app");
  const env = { DOCKER_HOST: "tcp://127.0.0.1:1" };
  const { code, stdout } = await project.run("test --driver container-structure-test", { env });
  assert.is(code, 5);
  assert.match(stdout, "Docker not reachable at tcp://127.0.0.1:1");
  assert.match(stdout, "Start it, or unset DOCKER_HOST to have one started");
  const wrong = await project.run("test --driver docker");
  assert.is(wrong.code, 2);
  assert.match(wrong.stderr, "Allowed choices are buildkit, container-structure-test.");
});
