import { join } from "node:path";
import { type BuildkitConnection, createBuilder } from "../infrastructure/buildkit/builder.ts";
import { type LayerCache, withoutLostLayers } from "../infrastructure/buildkit/layers.ts";
import { retryingBuilder } from "../infrastructure/buildkit/retry.ts";
import { createReach } from "../infrastructure/registry/reached.ts";
import type { Blobs, Builder, Registry, Repository } from "../src/ports.ts";
import type { PlannedProject } from "../src/task.ts";
import { defined, type Environment } from "./environment.ts";
import { layersOf } from "./layers.ts";
import type { LocalServices } from "./services.ts";
import type { WorldSettings } from "./world.ts";

/** The builder with the buildkitd of this machine, which is started by the first build. */
export function openBuilder(
  settings: WorldSettings,
  local: LocalServices,
  { registry, blobs }: { readonly registry: Registry; readonly blobs: Blobs },
): Builder {
  const { context, project, folder, flags } = settings;
  const connect = connection(local);
  const reach = createReach(registry);
  const layers = async (): Promise<LayerCache | null> => {
    const place = await local.layers();
    return place && layersOf(place, folder, context.environment);
  };
  const common = {
    connect: async (destination: Repository, signal: AbortSignal) => {
      const [found] = await Promise.all([connect(signal), reach(destination, signal)]);
      return found;
    },
    project: folder,
    scratch: join(context.environment.folders.cache, "tmp"),
    blobs,
    environment: builderVariables(context.environment, project),
    cache: flags.cache !== false,
  };
  const alone = async () => withoutImports(await layers());
  const builder = createBuilder({ ...common, layers: common.cache ? layers : alone });
  return retryingBuilder(withoutLostLayers(builder, createBuilder({ ...common, layers: alone })));
}

function withoutImports(layers: LayerCache | null): LayerCache | null {
  return layers && { ...layers, from: [] };
}

/** Gets buildctl and starts or finds the daemon. */
export function connection({ services, tool }: LocalServices) {
  return async (signal: AbortSignal): Promise<BuildkitConnection> => ({
    buildctl: await tool("buildctl"),
    address: (await services.buildkitd.start(signal)).address,
  });
}

/** What buildctl looks at: credentials and agents. SOURCE_DATE_EPOCH is not among it: buildctl would pass it on. */
export const known = ["PATH", "HOME", "DOCKER_CONFIG", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/** The environment of buildctl: what it knows, and the variables that the project's secrets name. */
function builderVariables(environment: Environment, { targets }: PlannedProject): Record<string, string> {
  const secrets = targets.flatMap((target) =>
    target.secrets.flatMap(({ source }) => ("env" in source ? [source.env] : [])),
  );
  return pick(environment, [...known, ...secrets]);
}

/** The variables of these names that have a value. */
export function pick({ variables }: Environment, names: readonly string[]): Record<string, string> {
  return defined(Object.fromEntries(names.map((name) => [name, variables[name]])));
}
