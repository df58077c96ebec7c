import { chmod, cp } from "node:fs/promises";
import { dirname } from "node:path";
import * as assert from "uvu/assert";
import { type Finished, run } from "../../../infrastructure/process/run.ts";
import { runtimeCommand } from "../../../infrastructure/process/runtime.ts";
import type { ServiceState } from "../../../infrastructure/services/service.ts";
import type { Problem } from "../../../src/problem.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { tool } from "../../rig/tools.ts";
import { processesNaming } from "../process/processes.ts";
import { rootSuite, sleepingContext } from "./daemon.ts";

const test = rootSuite(suite("buildkitd of an ordinary user"));
const script = new URL("rootless.ts", import.meta.url);

/** Does all of rootless.ts as a new user in a folder of its own. */
async function actAsUser(
  t: Context,
  more: readonly string[] = [],
): Promise<{ user: string; folder: string; said: Said }> {
  const folder = await t.folder();
  const user = `image-manager-${process.pid}`;
  await must(["useradd", "--no-create-home", "--home-dir", folder, ...more, user]);
  t.use({ [Symbol.asyncDispose]: async () => void (await run(["userdel", "--force", user])) });
  const bin = await t.folder();
  await cp(dirname(await tool("buildctl")), bin, { recursive: true });
  await chmod(bin, 0o755);
  const context = await sleepingContext(folder, 0);
  await must(["chown", "--recursive", user, folder]);
  const printed = await must([...runtimeCommand(script), user, folder, bin, await tool("runc"), context]);
  return { user, folder, said: JSON.parse(printed) };
}

interface Said {
  readonly started: ServiceState;
  readonly again: ServiceState;
  readonly built: Finished;
  readonly stopped: boolean;
  readonly problems: readonly Problem[];
  readonly status: ServiceState;
}

async function must(command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(command);
  assert.is(code, 0, stderr);
  return stdout;
}

test("start() runs it rootless, and stop() leaves nothing of it", async (t) => {
  const { folder, said } = await actAsUser(t);
  const { started, again, built, stopped } = said;
  assert.equal([started?.mode, started?.state, built?.code, stopped], ["rootless", "running", 0, true], built?.stderr);
  assert.equal(again, started);
  assert.equal(await processesNaming(folder), []);
});

test("start() says what a user without subordinate ids lacks", async (t) => {
  const { user, said } = await actAsUser(t, ["--system"]);
  const range = "usermod --add-subuids 100000-165535 --add-subgids 100000-165535";
  assert.equal(said.problems, [
    {
      code: "builder-impossible",
      kind: "service",
      message: "Cannot start buildkitd: neither rootless nor in a container",
      found: "not there for rootless: /etc/subuid, /etc/subgid; no Docker or Podman that answers",
      fix: `As root: ${range} ${user}; or set BUILDKIT_HOST to a buildkitd that runs`,
    },
  ]);
  assert.is(said.status.state, "stopped");
});
