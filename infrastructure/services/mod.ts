import type { BuildkitdOptions } from "../buildkit/daemon.ts";
import { createBuildkitd } from "../buildkit/service.ts";
import { createHostedRegistry } from "../registry/daemon.ts";
import type { Service } from "./service.ts";

export type { Service, ServiceState } from "./service.ts";

export interface ServiceOptions extends BuildkitdOptions {
  /** Where the hosted registry is found or started: `localhost:5050`. */
  readonly registryAddress: string;
  /** Of this tool. */
  readonly version: string;
}

export interface Services {
  readonly buildkitd: Service;
  readonly registry: Service;
  /** Path of a program that belongs to a service. */
  readonly tool: ServiceOptions["tool"];
  /** All of them, in the order they are shown. */
  list(): readonly Service[];
}

/** The daemons this tool can start. Nothing is started or looked at before it is asked for. */
export function createServices(options: ServiceOptions): Services {
  const { paths, environment, tool, emit, version, registryAddress: address } = options;
  const buildkitd = createBuildkitd(options);
  const registry = createHostedRegistry({ paths, address, version, environment, emit });
  return { buildkitd, registry, tool, list: () => [buildkitd, registry] };
}
