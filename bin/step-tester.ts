import { createStepTester } from "../infrastructure/structure-test/tester.ts";
import type { Registry, Tester } from "../src/ports.ts";
import { connection, known, pick } from "./builder.ts";
import { limitsOf } from "./limits.ts";
import type { LocalServices } from "./services.ts";
import type { WorldSettings } from "./world.ts";

/** Runs tests as steps of the buildkitd that builds. */
export function openStepTester(settings: WorldSettings, local: LocalServices, registry: Registry): Tester {
  const { context, project, folder, flags } = settings;
  return createStepTester({
    connect: connection(local),
    registry,
    project: folder,
    environment: pick(context.environment, known),
    // A command is a step like those of builds, only shorter.
    concurrency: limitsOf(project, flags).build,
  });
}
