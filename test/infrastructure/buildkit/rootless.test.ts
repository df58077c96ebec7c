import { chmod, cp } from "node:fs/promises";
import { dirname } from "node:path";
import * as assert from "uvu/assert";
import { run } from "../../../infrastructure/process/run.ts";
import { runtimeCommand } from "../../../infrastructure/process/runtime.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { tool } from "../../rig/tools.ts";
import { processesNaming } from "../process/processes.ts";
import { rootSuite, sleepingContext } from "./daemon.ts";

const test = rootSuite(suite("buildkitd of an ordinary user"));
const script = new URL("rootless.ts", import.meta.url);

/** Adds a user with a range of subordinate ids, as useradd does by default; removed after the test. */
async function addUser(t: Context, home: string): Promise<string> {
  const user = `image-manager-${process.pid}`;
  const { code, stderr } = await run(["useradd", "--no-create-home", "--home-dir", home, user]);
  assert.is(code, 0, stderr);
  t.use({ [Symbol.asyncDispose]: async () => void (await run(["userdel", "--force", user])) });
  return user;
}

test("start() runs it rootless, and stop() leaves nothing of it", async (t) => {
  const folder = await t.folder();
  const user = await addUser(t, folder);
  const bin = await t.folder();
  await cp(dirname(await tool("buildctl")), bin, { recursive: true });
  await chmod(bin, 0o755);
  const context = await sleepingContext(folder, 0);
  await run(["chown", "--recursive", user, folder]);
  const { stdout, stderr } = await run([...runtimeCommand(script), user, folder, bin, await tool("runc"), context]);
  assert.is(stderr, "");
  const { started, again, stopped, built } = JSON.parse(stdout);
  assert.equal([started.mode, started.state, built.code, stopped], ["rootless", "running", 0, true], built.stderr);
  assert.equal(again, started);
  assert.equal(await processesNaming(folder), []);
});
