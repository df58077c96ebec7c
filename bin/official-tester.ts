import { join } from "node:path";
import { createOfficialTester } from "../infrastructure/container-structure-test/tester.ts";
import { createLocks } from "../infrastructure/process/locks.ts";
import type { Archives, Tester } from "../src/ports.ts";
import { defined } from "./environment.ts";
import type { LocalServices } from "./services.ts";
import type { WorldSettings } from "./world.ts";

/** The official program with the dockerd of this machine, which is started by the first test. */
export function openOfficialTester(
  { context, folder }: WorldSettings,
  local: LocalServices,
  archives: Archives,
): Tester {
  const { folders, variables } = context.environment;
  return createOfficialTester({
    docker: async (signal) => (await local.services.dind.start(signal)).address,
    program: () => local.tool("container-structure-test"),
    archives,
    locks: createLocks(join(folders.cache, "locks")),
    project: folder,
    scratch: join(folders.cache, "tmp"),
    environment: defined(variables),
  });
}
