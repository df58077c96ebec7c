import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packTar } from "modern-tar";
import type { DindOptions } from "../../../infrastructure/docker/daemon.ts";
import { createDind } from "../../../infrastructure/docker/service.ts";
import { run } from "../../../infrastructure/process/run.ts";
import type { Service } from "../../../infrastructure/services/service.ts";
import { findProgram } from "../../../infrastructure/tools/find.ts";
import type { Context } from "../../rig/suite.ts";
import { processes } from "../process/processes.ts";

const { PATH = "" } = process.env;

/** Options of a Docker daemon with folders of its own. */
export function optionsIn(folder: string, more: Partial<DindOptions> = {}): DindOptions {
  return {
    paths: { runtime: join(folder, "run"), state: join(folder, "state") },
    environment: { PATH, HOME: folder },
    emit: () => {},
    ...more,
  };
}

/** A Docker daemon in a fresh folder, which is stopped after the test. */
export async function freshDocker(
  t: Context,
  more: Partial<DindOptions> = {},
): Promise<{ folder: string; service: Service }> {
  const folder = await t.folder();
  const service = createDind(optionsIn(folder, more));
  t.use({ [Symbol.asyncDispose]: async () => void (await service.stop()) });
  return { folder, service };
}

/** Starts a container that would run for days, and gives its command line once it runs. */
export async function startSleeping(host: string, folder: string): Promise<string> {
  const body = await readFile((await findProgram("busybox", PATH)) ?? "");
  const root = join(folder, "sleeping.tar");
  await writeFile(root, await packTar([{ header: { name: "busybox", size: body.byteLength, mode: 0o755 }, body }]));
  const env = { PATH, HOME: folder, DOCKER_HOST: host };
  await run(["docker", "import", root, "sleeping"], { env });
  const command = `/busybox sleep ${1_000_000 + process.pid}`;
  await run(["docker", "run", "--detach", "sleeping", ...command.split(" ")], { env });
  while (!(await processes()).some((it) => it.command === command)) await sleep(20);
  return command;
}
