import type { BuildkitdOptions } from "../buildkit/daemon.ts";
import type { LocalGarage } from "../garage/local.ts";
import { createHostedRegistry } from "../registry/daemon.ts";
import type { ToolName } from "../tools/manifest.ts";
import type { Service } from "./service.ts";

export type { Service, ServiceState } from "./service.ts";

export interface ServiceOptions extends Omit<BuildkitdOptions, "credentials"> {
  /** Path of a program of the tool manifest. */
  readonly tool: (name: ToolName) => Promise<string>;
  /** Variables by which buildkitd gets at a cache of layers; null: there is none. */
  readonly layerCredentials: () => Promise<BuildkitdOptions["credentials"]>;
  /** Where the hosted registry is found or started: `localhost:5050`. */
  readonly registryAddress: string;
  /** The Garage that is found or started. */
  readonly garage: LocalGarage;
  /** Of this tool. */
  readonly version: string;
}

export interface Services {
  readonly buildkitd: Service;
  readonly registry: Service;
  readonly garage: Service;
  /** The Docker daemon of the container-structure-test driver. */
  readonly dind: Service;
  /** Path of a program that belongs to a service. */
  readonly tool: ServiceOptions["tool"];
  /** All of them, in the order they are shown. */
  list(): readonly Service[];
}

/** The daemons this tool can start. Nothing is started or looked at before it is asked for. */
export function createServices(options: ServiceOptions): Services {
  const { paths, environment, tool, emit, version, registryAddress: address } = options;
  const buildkitdWith = (credentials: () => Promise<BuildkitdOptions["credentials"]>) =>
    loadedService("buildkitd", async () => {
      const { createBuildkitd } = await import("../buildkit/service.ts");
      return createBuildkitd({ ...options, credentials: await credentials() });
    });
  // Finding credentials takes a look at where they are for: only what starts a daemon needs them.
  const { start } = buildkitdWith(options.layerCredentials);
  const buildkitd = { ...buildkitdWith(async () => null), start };
  const registry = createHostedRegistry({ paths, address, version, environment, emit });
  const garage = loadedService("garage", async () =>
    (await import("../garage/service.ts")).createGarage({ ...options, place: options.garage }),
  );
  const dind = loadedService("dind", async () => (await import("../docker/service.ts")).createDind(options));
  return { buildkitd, registry, garage, dind, tool, list: () => [buildkitd, registry, garage, dind] };
}

/** A service that is loaded when something is asked of it: a command that finds nothing to build should not wait. */
function loadedService(name: string, load: () => Promise<Service>): Service {
  let loading: Promise<Service> | undefined;
  const service = () => {
    loading ??= load();
    return loading;
  };
  return {
    name,
    start: async (signal) => (await service()).start(signal),
    stop: async () => (await service()).stop(),
    status: async () => (await service()).status(),
  };
}
