import type { Service, ServiceListener, ServicePaths } from "../services/service.ts";

export interface DindOptions {
  readonly paths: ServicePaths;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly emit: ServiceListener;
}

/**
 * The Docker daemon for container-structure-test: what DOCKER_HOST names; else one of our own, as root or in a
 * container.
 */
export function createDind(_options: DindOptions): Service {
  throw new Error("Internal error: not there yet");
}
