import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { fail, type Problem } from "../../src/problem.ts";
import { containerEngine } from "../services/engine.ts";
import type { Service, ServiceState } from "../services/service.ts";
import { findProgram } from "../tools/find.ts";
import { createContainerBuildkitd } from "./container.ts";
import { type BuildkitdOptions, createLocalBuildkitd, hasWorker } from "./daemon.ts";

/**
 * The buildkitd to build with: the one BUILDKIT_HOST names; else one of our own, as root, rootless, or in a container
 * where neither is possible.
 */
export function createBuildkitd(options: BuildkitdOptions): Service {
  const host = options.environment.BUILDKIT_HOST;
  if (host) return foreignBuildkitd(options, host);
  if (process.platform === "linux" && process.getuid?.() === 0) return createLocalBuildkitd(options, "native");
  // Finding out takes a look at the system, which a command that builds nothing does not need.
  let chosen: Promise<Service> | undefined;
  const service = () => {
    chosen ??= choose(options);
    return chosen;
  };
  return {
    name: "buildkitd",
    start: async (signal) => (await service()).start(signal),
    stop: async () => (await service()).stop(),
    status: async () => (await service()).status(),
  };
}

/** Only connected to: never started or ended. */
function foreignBuildkitd({ tool }: BuildkitdOptions, address: string): Service {
  const status = async (): Promise<ServiceState> => {
    const state = (await hasWorker(await tool("buildctl"), address)) ? "running" : "unreachable";
    return { name: "buildkitd", state, address, mode: "foreign" };
  };
  let found: ServiceState | undefined;
  return {
    name: "buildkitd",
    start: async () => {
      // Every build asks; the answer takes a process.
      if (found?.state !== "running") found = await status();
      return found.state === "running" ? found : fail(unreachable(address));
    },
    stop: async () => false,
    status,
  };
}

function unreachable(address: string): Problem {
  return {
    code: "builder-unreachable",
    kind: "service",
    message: `BuildKit not reachable at ${address}`,
    ...(/^[a-z-]+:\/\//.test(address) ? {} : { wanted: "unix:///path/to/buildkitd.sock or tcp://host:port" }),
    fix: "Start it, or unset BUILDKIT_HOST to have one started",
  };
}

async function choose(options: BuildkitdOptions): Promise<Service> {
  const linux = process.platform === "linux";
  const missing = linux ? await rootlessLacks(options.environment.PATH ?? "") : [];
  if (linux && missing.length === 0) return createLocalBuildkitd(options, "rootless");
  const engine = await containerEngine();
  if (engine) return createContainerBuildkitd(options, engine);
  return {
    name: "buildkitd",
    start: async () => fail(impossible(missing)),
    stop: async () => false,
    status: async () => ({ name: "buildkitd", state: "stopped", address: "none" }),
  };
}

function impossible(missing: readonly string[]): Problem {
  const rootless = missing.length > 0;
  const instead = "set BUILDKIT_HOST to a buildkitd that runs";
  return {
    code: "builder-impossible",
    kind: "service",
    message: "Cannot start buildkitd: neither rootless nor in a container",
    found: [
      ...(rootless ? [`not there for rootless: ${missing.join(", ")}`] : []),
      "no Docker or Podman that answers",
    ].join("; "),
    fix: rootless ? `As root: ${rootlessFix(missing)}; or ${instead}` : `Start Docker or Podman, or ${instead}`,
  };
}

/** What this user lacks to run a daemon rootless: programs, and files without a range of ids for it. */
export async function rootlessLacks(path: string): Promise<readonly string[]> {
  const programs = ["rootlesskit", "newuidmap", "newgidmap"].map(
    async (name) => (await findProgram(name, path)) ?? name,
  );
  const files = ["/etc/subuid", "/etc/subgid"].map(async (file) => ((await hasRange(file)) ? "" : file));
  const lacks = [...(await Promise.all(programs)).filter((name) => !name.includes("/")), ...(await Promise.all(files))];
  return lacks.filter(Boolean);
}

function rootlessFix(missing: readonly string[]): string {
  const ranges = missing.filter((what) => what.startsWith("/"));
  const user = userInfo().username;
  return [
    ...(ranges.length < missing.length ? ["apt-get install rootlesskit uidmap"] : []),
    ...(ranges.length > 0 ? [`usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${user}`] : []),
  ].join(" && ");
}

/** Whether subuid(5) has a line for this user. */
async function hasRange(file: string): Promise<boolean> {
  const { username, uid } = userInfo();
  const lines = (await readFile(file, "utf8").catch(() => "")).split("\n");
  return lines.some((line) => line.startsWith(`${username}:`) || line.startsWith(`${uid}:`));
}
