import { join } from "node:path";
import { garageFor } from "../infrastructure/garage/local.ts";
import { createLocks } from "../infrastructure/process/locks.ts";
import { remembered } from "../infrastructure/registry/client/remember.ts";
import { createServices, type Services } from "../infrastructure/services/mod.ts";
import type { ToolName } from "../infrastructure/tools/manifest.ts";
import type { Listener } from "../src/events.ts";
import { isLoopback } from "../src/model/address.ts";
import type { SharedCache } from "../src/model/cache.ts";
import type { Project, RegistryPlace } from "../src/model/target.ts";
import type { Context } from "./context.ts";
import { version } from "./version.ts";

/** The daemons and programs of this machine. */
export interface LocalServices {
  readonly services: Services;
  /** Path of a tool of the manifest; got or built when it is not there. */
  readonly tool: (name: ToolName) => Promise<string>;
  /** The shared cache if BuildKit can keep layers there, else null; found out once. */
  readonly layers: () => Promise<SharedCache | null>;
}

/** The services for a project; nothing is started. */
export function openServices(
  context: Context,
  project: Pick<Project, "registry" | "cache">,
  emit: Listener,
): LocalServices {
  const { environment, signal } = context;
  const { folders, variables } = environment;
  const locks = createLocks(join(folders.cache, "locks"));
  const report = (message: string) => emit({ type: "notice", message });
  const box = { cache: join(folders.cache, "tools"), environment: variables, locks, report, signal };
  const tools = new Map<string, Promise<string>>();
  const tool = (name: ToolName) =>
    remembered(tools, name, async () => {
      const { obtainTool } = await import("../infrastructure/tools/obtain.ts");
      return await obtainTool(name, box);
    });
  let usable: Promise<SharedCache | null> | undefined;
  const layers = () => {
    usable ??= import("./layers.ts").then(({ usableLayers }) => usableLayers(context, project.cache));
    return usable;
  };
  const services = createServices({
    paths: { runtime: folders.runtime, state: folders.state },
    tool,
    environment: variables,
    insecureRegistries: plainForBuilder(project.registry),
    registryAddress: project.registry.address,
    garage: garageFor(project.cache),
    layerCredentials: async () => {
      const place = await layers();
      return place && (await (await import("./layers.ts")).layerCredentials(environment, place));
    },
    version,
    emit,
  });
  return { services, tool, layers };
}

/** A registry of this machine speaks plain http; so it does to a builder that sees it under another name. */
function plainForBuilder({ address, builderAddress }: RegistryPlace): readonly string[] {
  return isLoopback(address) && !isLoopback(builderAddress) ? [builderAddress] : [];
}
