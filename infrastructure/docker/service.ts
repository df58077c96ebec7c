import { fail, type Problem } from "../../src/problem.ts";
import { containerEngine } from "../services/engine.ts";
import type { Service, ServiceState } from "../services/service.ts";
import { findProgram } from "../tools/find.ts";
import { createDocker } from "./api.ts";
import { createContainerDockerd } from "./container.ts";
import { createLocalDockerd, type DindOptions } from "./daemon.ts";

/**
 * The Docker daemon for container-structure-test: what DOCKER_HOST names; else one of our own, as root or in a
 * container.
 */
export function createDind(options: DindOptions): Service {
  const host = options.environment.DOCKER_HOST;
  if (host) return foreignDocker(options, host);
  let chosen: Promise<Service> | undefined;
  const service = () => {
    chosen ??= choose(options);
    return chosen;
  };
  return {
    name: "dind",
    start: async (signal) => (await service()).start(signal),
    stop: async () => (await service()).stop(),
    status: async () => (await service()).status(),
  };
}

/** Only connected to: never started or ended. */
function foreignDocker({ environment }: DindOptions, address: string): Service {
  const status = async (): Promise<ServiceState> => {
    const state = (await createDocker(address, environment).ping()) ? "running" : "unreachable";
    return { name: "dind", state, address, mode: "foreign" };
  };
  return {
    name: "dind",
    start: async () => {
      const found = await status();
      return found.state === "running" ? found : fail(unreachable(address));
    },
    stop: async () => false,
    status,
  };
}

function unreachable(address: string): Problem {
  return {
    code: "docker-unreachable",
    kind: "service",
    message: `Docker not reachable at ${address}`,
    fix: "Start it, or unset DOCKER_HOST to have one started",
  };
}

async function choose(options: DindOptions): Promise<Service> {
  const linux = process.platform === "linux";
  const root = linux && process.getuid?.() === 0;
  const dockerd = root ? await findProgram("dockerd", options.environment.PATH ?? "") : undefined;
  if (dockerd) return await createLocalDockerd(options, dockerd);
  // A socket in a folder of the host cannot be reached through the virtual machine of Docker Desktop.
  const engine = linux ? await containerEngine() : undefined;
  if (engine) return createContainerDockerd(options, engine);
  return {
    name: "dind",
    start: async () => fail(impossible(root, linux)),
    stop: async () => false,
    status: async () => ({ name: "dind", state: "stopped", address: "none" }),
  };
}

function impossible(root: boolean, linux: boolean): Problem {
  const instead = "set DOCKER_HOST to a Docker daemon that runs";
  const problem = { code: "docker-impossible", kind: "service" } as const;
  if (!linux) {
    return { ...problem, message: "Cannot start dind: dockerd is for Linux", fix: instead.replace("set", "Set") };
  }
  return {
    ...problem,
    message: "Cannot start dind: there is no dockerd and no container engine",
    found: `${root ? "no dockerd on PATH" : "only root can start dockerd"}; no Docker or Podman that answers`,
    fix: `${root ? "Run 'apt-get install docker.io'" : "Start Docker or Podman"}, or ${instead}`,
  };
}
