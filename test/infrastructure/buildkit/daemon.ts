import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BuildkitdOptions, createLocalBuildkitd } from "../../../infrastructure/buildkit/daemon.ts";
import { run } from "../../../infrastructure/process/run.ts";
import { type Running, start } from "../../../infrastructure/process/start.ts";
import type { Service } from "../../../infrastructure/services/service.ts";
import type { Context, Suite } from "../../rig/suite.ts";
import { tool } from "../../rig/tools.ts";
import { processes } from "../process/processes.ts";

export const { PATH = "" } = process.env;

/** Registers tests that need root, and leaves them out for others. */
export function rootSuite(test: Suite): Suite {
  if (process.getuid?.() === 0) return test;
  return Object.assign((name: string) => test.skip(name, "only root can run it"), test);
}

/** Options of a daemon with folders of its own; `folder` should be removed after the test, and the daemon stopped. */
export function optionsIn(folder: string, more: Partial<BuildkitdOptions> = {}): BuildkitdOptions {
  return {
    paths: { runtime: join(folder, "run"), state: join(folder, "state") },
    tool,
    environment: { PATH, HOME: folder },
    insecureRegistries: [],
    credentials: null,
    emit: () => {},
    ...more,
  };
}

/** A native buildkitd in a fresh folder, which is stopped after the test. */
export async function freshDaemon(
  t: Context,
  more: Partial<BuildkitdOptions> = {},
): Promise<{ folder: string; options: BuildkitdOptions; service: Service }> {
  const folder = await t.folder();
  const options = optionsIn(folder, more);
  const service = createLocalBuildkitd(options, "native");
  t.use({ [Symbol.asyncDispose]: async () => void (await service.stop()) });
  return { folder, options, service };
}

/** A build context from nothing but this machine's `sleep`, with a step that sleeps. */
export async function sleepingContext(folder: string, seconds: number): Promise<string> {
  const context = join(folder, "context");
  const { stdout } = await run(["ldd", "/bin/sleep"]);
  for (const file of ["/bin/sleep", ...(stdout.match(/\/\S+/g) ?? [])]) {
    await mkdir(join(context, dirname(file)), { recursive: true });
    await cp(file, join(context, file), { dereference: true });
  }
  await writeFile(join(context, "Dockerfile"), `FROM scratch\nCOPY . /\nRUN ["/bin/sleep", "${seconds}"]\n`);
  return context;
}

/** The command that builds a context and throws the result away. */
export function buildCommand(buildctl: string, address: string, context: string): readonly string[] {
  const locals = ["--local", `context=${context}`, "--local", `dockerfile=${context}`];
  return [buildctl, "--addr", address, "build", "--frontend", "dockerfile.v0", "--progress", "plain", ...locals];
}

/** Starts a build and returns once its RUN step runs; it would run for days. */
export async function startSleeping(t: Context, address: string, folder: string): Promise<Running> {
  // No other test's step sleeps as long: it is found by it.
  const seconds = 1_000_000 + process.pid;
  const command = buildCommand(await tool("buildctl"), address, await sleepingContext(folder, seconds));
  const building = start(command, { signal: t.signal });
  while (!(await processes()).some((it) => it.command === `/bin/sleep ${seconds}`)) await sleep(20);
  return building;
}

export async function mountsBelow(folder: string): Promise<readonly string[]> {
  return (await readFile("/proc/mounts", "utf8")).split("\n").filter((line) => line.includes(folder));
}
