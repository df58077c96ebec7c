import { join } from "node:path";
import { createBuilder } from "../infrastructure/buildkit/builder.ts";
import { retryingBuilder } from "../infrastructure/buildkit/retry.ts";
import type { Blobs, Builder } from "../src/ports.ts";
import type { PlannedProject } from "../src/task.ts";
import { defined, type Environment } from "./environment.ts";
import type { LocalServices } from "./services.ts";
import type { WorldSettings } from "./world.ts";

/** The builder with the buildkitd of this machine, which is started by the first build. */
export function openBuilder(
  { context, project, folder, flags }: WorldSettings,
  { services, tool }: LocalServices,
  blobs: Blobs,
): Builder {
  const builder = createBuilder({
    connect: async (signal) => ({
      buildctl: await tool("buildctl"),
      address: (await services.buildkitd.start(signal)).address,
    }),
    project: folder,
    scratch: join(context.environment.folders.cache, "tmp"),
    blobs,
    environment: builderVariables(context.environment, project),
    cache: flags.cache !== false,
  });
  return retryingBuilder(builder);
}

/** What buildctl looks at: credentials and agents. SOURCE_DATE_EPOCH is not among it: buildctl would pass it on. */
const known = ["PATH", "HOME", "DOCKER_CONFIG", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/** The environment of buildctl: what it knows, and the variables that the project's secrets name. */
function builderVariables({ variables }: Environment, { targets }: PlannedProject): Record<string, string> {
  const secrets = targets.flatMap((target) =>
    target.secrets.flatMap(({ source }) => ("env" in source ? [source.env] : [])),
  );
  return defined(Object.fromEntries([...known, ...secrets].map((name) => [name, variables[name]])));
}
