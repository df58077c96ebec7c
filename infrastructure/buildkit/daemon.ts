import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "../../src/json.ts";
import { run } from "../process/run.ts";
import { accepts } from "../services/connect.ts";
import { createDaemon, type DaemonKind, type Launch } from "../services/daemon.ts";
import { makePrivate } from "../services/record.ts";
import type { Service, ServiceListener, ServicePaths } from "../services/service.ts";
import { toolVersion } from "../tools/manifest.ts";
import {
  configurationText,
  type DaemonSettings,
  daemonEnvironment,
  hashOf,
  joined,
  logLimits,
  suits,
} from "./settings.ts";

export interface BuildkitdOptions {
  readonly paths: ServicePaths;
  /** Path of a program of the tool manifest. */
  readonly tool: (name: "buildctl" | "buildkitd" | "runc") => Promise<string>;
  /** PATH, HOME, and what says how to reach registries. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Registries reached by plain http that are not on loopback. */
  readonly insecureRegistries: readonly string[];
  /** Variables by which the daemon gets at a cache of layers: secrets, so in its environment and nowhere else. */
  readonly credentials: Readonly<Record<string, string>> | null;
  readonly emit: ServiceListener;
}

/**
 * What the daemon is started through: a PID and a mount namespace of its own, as root or as an ordinary user.
 * However the daemon ends, also by kill -9, the kernel ends its build steps and undoes its mounts with it.
 */
const wrappers = {
  native: ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"],
  rootless: ["rootlesskit", "--pidns"],
};

/** A buildkitd of this machine, as root or rootless. */
export function createLocalBuildkitd(options: BuildkitdOptions, mode: keyof typeof wrappers): Service {
  const { paths, tool, environment, emit } = options;
  const version = toolVersion("buildkitd");
  const places = { root: join(paths.state, "buildkit"), sockets: join(paths.runtime, "buildkitd") };
  const socket = join(places.sockets, "buildkitd.sock");
  const address = `unix://${socket}`;
  const reach = daemonEnvironment(environment);
  const wanted = wantedSettings(options, places.root);

  async function launch(before: Json | undefined): Promise<Launch> {
    const settings = joined(wanted, before as DaemonSettings | undefined);
    const file = join(paths.state, "buildkitd.toml");
    await makePrivate(places.sockets);
    await mkdir(places.root, { recursive: true, mode: 0o700 });
    await rm(socket, { force: true });
    const text = configurationText(settings.insecureRegistries, { ...places, runc: await tool("runc") });
    await writeFile(file, text, { mode: 0o600 });
    const rootless = mode === "rootless" ? ["--rootless"] : [];
    return {
      command: [...wrappers[mode], await tool("buildkitd"), ...rootless, "--config", file],
      env: {
        ...reach,
        ...options.credentials,
        PATH: environment.PATH ?? "",
        HOME: environment.HOME ?? "",
        XDG_RUNTIME_DIR: paths.runtime,
        ...logLimits,
      },
      cwd: places.root,
      mode,
      settings: settings as unknown as Json,
    };
  }

  const kind: DaemonKind = {
    name: "buildkitd",
    address,
    version,
    logFile: join(paths.state, "log", "buildkitd.log"),
    fix: "Run 'image-manager doctor', or set BUILDKIT_HOST to a buildkitd that runs",
    suits: (settings) => suits(wanted, settings as unknown as DaemonSettings),
    launch,
    answers: () => accepts({ path: socket }),
    ready: async () => hasWorker(await tool("buildctl"), address),
  };
  return createDaemon(kind, paths, emit);
}

/** What a daemon is to run with; only hashes of what may be secret. */
export function wantedSettings(options: BuildkitdOptions, root: string): DaemonSettings {
  const { environment, insecureRegistries, credentials } = options;
  return {
    version: toolVersion("buildkitd"),
    root,
    insecureRegistries,
    environment: hashOf(daemonEnvironment(environment)),
    credentials: credentials === null ? null : hashOf(credentials),
  };
}

/** Whether a daemon answers and has a worker: what upstream's own scripts wait for. */
export async function hasWorker(buildctl: string, address: string): Promise<boolean> {
  const asked = run([buildctl, "--addr", address, "debug", "workers"], { timeout: 5000 });
  const { code, stdout } = await asked.catch(() => ({ code: -1, stdout: "" }));
  // A line for each below the heading.
  return code === 0 && stdout.trim().split("\n").length > 1;
}
