import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { fail, type Problem } from "../../src/problem.ts";
import { run } from "../process/run.ts";
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
  return {
    name: "buildkitd",
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
    code: "builder-unreachable",
    kind: "service",
    message: `BuildKit not reachable at ${address}`,
    fix: "Start it, or unset BUILDKIT_HOST to have one started",
  };
}

async function choose(options: BuildkitdOptions): Promise<Service> {
  const missing = process.platform === "linux" ? await rootlessLacks(options.environment.PATH ?? "") : ["Linux"];
  if (missing.length === 0) return createLocalBuildkitd(options, "rootless");
  const engine = await containerEngine();
  if (engine) return createContainerBuildkitd(options, engine);
  return fail({
    code: "builder-impossible",
    kind: "service",
    message: "Cannot start buildkitd: not root, rootless lacks something, and no Docker or Podman answers",
    found: `Rootless lacks ${missing.join(" and ")}`,
    fix: missing.includes("Linux")
      ? "Start Docker or Podman, or set BUILDKIT_HOST to a buildkitd that runs"
      : `As root: ${rootlessFix(missing)}; or set BUILDKIT_HOST to a buildkitd that runs`,
  });
}

/** What an ordinary user of this machine lacks to run a daemon rootless: programs, and files with no range for it. */
export async function rootlessLacks(path: string): Promise<readonly string[]> {
  const programs = ["rootlesskit", "newuidmap", "newgidmap"].map(
    async (name) => (await findProgram(name, path)) ?? name,
  );
  const files = ["/etc/subuid", "/etc/subgid"].map(async (file) => ((await hasRange(file)) ? "" : file));
  const lacks = [...(await Promise.all(programs)).filter((name) => !name.includes("/")), ...(await Promise.all(files))];
  return lacks.filter(Boolean);
}

function rootlessFix(missing: readonly string[]): string {
  const commands = [];
  if (missing.some((what) => !what.startsWith("/"))) commands.push("apt-get install rootlesskit uidmap");
  if (missing.some((what) => what.startsWith("/"))) {
    commands.push(`usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${userInfo().username}`);
  }
  return commands.join(" && ");
}

/** Whether subuid(5) has a line for this user. */
async function hasRange(file: string): Promise<boolean> {
  const { username, uid } = userInfo();
  const lines = (await readFile(file, "utf8").catch(() => "")).split("\n");
  return lines.some((line) => line.startsWith(`${username}:`) || line.startsWith(`${uid}:`));
}

async function containerEngine(): Promise<"docker" | "podman" | undefined> {
  for (const engine of ["docker", "podman"] as const) {
    const { code } = await run([engine, "info"], { timeout: 10_000 }).catch(() => ({ code: -1 }));
    if (code === 0) return engine;
  }
  return undefined;
}
