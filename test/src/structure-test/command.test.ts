import * as assert from "uvu/assert";
import type { CommandTest, ContainerRunOptions } from "../../../src/model/structure-test.ts";
import { checkCommand, planCommand } from "../../../src/structure-test/command.ts";
import type { ImageConfig } from "../../../src/structure-test/facts.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("commands of structure tests");

const usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const nothing = { entrypoint: [], cmd: [], labels: {}, ports: [], volumes: [] };
const config: ImageConfig = { ...nothing, env: { APP: "/app" }, workdir: "/app", user: "node" };
const options: ContainerRunOptions = {
  user: null,
  privileged: false,
  allocateTty: false,
  envFile: null,
  envVars: [],
  capabilities: [],
  bindMounts: [],
};

function testOf(more: Partial<CommandTest>): CommandTest {
  const patterns = { expectedOutput: [], excludedOutput: [], expectedError: [], excludedError: [] };
  return {
    name: "a",
    setup: [],
    teardown: [],
    envVars: [],
    command: "app",
    args: [],
    exitCode: 0,
    ...patterns,
    ...more,
  };
}

test("planCommand() takes what the image says, and puts its variables into the command only", () => {
  const given = testOf({
    setup: [["echo", "$APP"]],
    teardown: [["rm", "$APP"]],
    command: "$APP/run",
    args: ["$APP", "$X"],
  });
  assert.equal(planCommand(given, { globalEnvVars: [], containerRunOptions: options }, { config, handed: {} }), {
    setup: [["echo", "$APP"]],
    command: ["/app/run", "/app", ""],
    teardown: [["rm", "$APP"]],
    env: { PATH: usual, APP: "/app" },
    cwd: "/app",
    user: "node",
  });
});

test("planCommand() lets the later variable win: image, globals, handed on, the test's own", () => {
  const globalEnvVars = ["A", "B", "C"].map((key) => ({ key, value: `global ${key} of $APP` }));
  const given = testOf({ envVars: [{ key: "C", value: "own $B" }], args: ["$B", "$C"] });
  const file = { globalEnvVars, containerRunOptions: { ...options, user: "1:2" } };
  const { env, command, user } = planCommand(given, file, { config, handed: { B: "handed", C: "handed" } });
  assert.equal(env, { PATH: usual, APP: "/app", A: "global A of /app", B: "handed", C: "own global B of /app" });
  assert.equal(command, ["app", "global B of /app", "global C of /app"]);
  assert.is(user, "1:2");
});

test("planCommand() has a folder for images that name none", () => {
  const file = { globalEnvVars: [], containerRunOptions: options };
  const cwdOf = (workdir: string) => planCommand(testOf({}), file, { config: { ...config, workdir }, handed: {} }).cwd;
  assert.equal([cwdOf(""), cwdOf("srv")], ["/", "/srv"]);
});

test("checkCommand() says all that is wrong, each in a line", () => {
  const given = testOf({
    exitCode: 3,
    expectedOutput: ["^a$", "b\n"],
    excludedOutput: ["x"],
    expectedError: ["oops"],
    excludedError: ["warn"],
  });
  assert.equal(checkCommand(given, { exitCode: 0, stdout: "ax", stderr: "warning" }), [
    "Exit code 0, wanted 3",
    "stdout has no match for /^a$/",
    "stdout has no match for /b\\n/",
    "stdout has a match for /x/, wanted none",
    "stderr has no match for /oops/",
    "stderr has a match for /warn/, wanted none",
  ]);
  assert.equal(checkCommand(testOf({ expectedOutput: ["a"] }), { exitCode: 0, stdout: "ax", stderr: "" }), []);
});
