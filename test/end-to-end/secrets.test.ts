import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { run } from "../../infrastructure/process/run.ts";
import { processes } from "../infrastructure/process/processes.ts";
import { Machine, type Project } from "../rig/cli.ts";
import { suite } from "../rig/suite.ts";

const test = suite("secrets");
let machine: Machine;
let project: Project;

/** Put together here, so that no file of the project has it. */
const value = ["hush", "hush", process.pid].join("-");
const fromFile = `${value}-file`;
const env = { TOKEN: value };

test.before(async (t) => {
  machine = t.use(await Machine.create());
  project = await machine.project({
    "images/user/Dockerfile": `FROM scratch
COPY busybox /busybox
SHELL ["/busybox", "sh", "-c"]
RUN --mount=type=secret,id=token --mount=type=secret,id=file --mount=type=secret,id=perhaps \\
  /busybox wc -c /run/secrets/* >/counted && echo "secrets read" && /busybox sleep 0.3
`,
  });
  await project.busybox("user");
  await project.configure(
    `const user = image("user", {
       tags: { "1": {} },
       secrets: {
         token: { env: "TOKEN" }, file: { file: "secrets/token" },
         perhaps: { env: "PERHAPS", optional: true }, maybe: { file: "secrets/maybe", optional: true },
       },
     });`,
    "user",
  );
});

test("a secret without a value is told before anything runs", async () => {
  const { code, stdout, stderr } = await project.run("all");
  assert.is(code, 3);
  assert.is(stdout, "");
  assert.is(
    stderr,
    `The configuration has 2 problems.

1  The secret 'token' of user:1 has no value
   found    the environment variable TOKEN is not set
   fix      Set TOKEN, or make the secret optional: { env: "TOKEN", optional: true }
2  The secret 'file' of user:1 has no value
   found    the file secrets/token does not exist
   fix      Write secrets/token, or make the secret optional`,
  );
});

test("secrets reach the build and nothing else", async () => {
  await project.write({ "secrets/token": fromFile });
  const building = project.start("all --verbose --json", { env });
  await building.seen(/secrets read/);
  const lines = (await processes()).map(({ command }) => command).filter((command) => command.includes(value));
  assert.equal(lines, []);
  const { code, stdout, stderr } = await building.done;
  assert.is(code, 0, stdout + stderr);
  assert.not.ok((stdout + stderr).includes(value));
  const [image] = await machine.pull("user:1");
  const counted = image?.files.get("counted")?.text ?? "";
  assert.match(counted, new RegExp(`^ *${fromFile.length} /run/secrets/file$`, "m"));
  assert.match(counted, new RegExp(`^ *${value.length} /run/secrets/token$`, "m"));

  await rm(join(project.folder, "secrets/token"));
  const { stdout: holders } = await run(["grep", "--recursive", "--files-with-matches", value, machine.folder]);
  assert.is(holders, "");
});

test("another value of a secret builds nothing again", async () => {
  await project.write({ "secrets/token": "another" });
  const { ran, code } = await project.run("all --json", { env: { TOKEN: "another" } });
  assert.is(code, 0);
  assert.equal(ran, []);
});

test("the file of a secret is found from another folder", async () => {
  const other = await machine.project();
  const { code, ran, stdout } = await other.run(`build --no-cache --json --config ${project.folder}/images.config.ts`, {
    env,
  });
  assert.is(code, 0, stdout.slice(-2000));
  assert.equal(ran, ["build user:1 linux/amd64"]);
});
