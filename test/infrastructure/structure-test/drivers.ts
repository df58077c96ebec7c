import { join } from "node:path";
import { createOfficialTester } from "../../../infrastructure/container-structure-test/tester.ts";
import { createLocks } from "../../../infrastructure/process/locks.ts";
import { dockerArchive } from "../../../infrastructure/registry/archive.ts";
import { createStepTester } from "../../../infrastructure/structure-test/tester.ts";
import type { TestDriver } from "../../../src/model/target.ts";
import type { Registry, Tester } from "../../../src/ports.ts";
import type { Context } from "../../rig/suite.ts";
import { tool } from "../../rig/tools.ts";
import { freshDaemon } from "../buildkit/daemon.ts";
import { freshDocker } from "../docker/dockerd.ts";

const { PATH = "", HOME = "" } = process.env;

/** The driver with a daemon of its own, for a project in a folder. */
export const drivers: Readonly<
  Record<TestDriver, (t: Context, registry: Registry, project: string) => Promise<Tester>>
> = {
  buildkit: async (t, registry, project) => {
    const { service } = await freshDaemon(t);
    const connect = async () => ({ buildctl: await tool("buildctl"), address: (await service.start()).address });
    return createStepTester({ connect, registry, project, environment: { PATH, HOME }, concurrency: 4 });
  },
  "container-structure-test": async (t, registry, project) => {
    const { folder, service } = await freshDocker(t);
    return createOfficialTester({
      docker: async () => (await service.start()).address,
      program: () => tool("container-structure-test"),
      archives: { dockerArchive: (...given) => dockerArchive(registry, ...given) },
      locks: createLocks(join(folder, "locks")),
      project,
      scratch: join(folder, "scratch"),
      environment: { PATH, HOME },
    });
  },
};
