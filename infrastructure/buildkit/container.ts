import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "../../src/json.ts";
import { createContainer } from "../services/container.ts";
import type { Engine } from "../services/engine.ts";
import type { Service } from "../services/service.ts";
import { toolVersion } from "../tools/manifest.ts";
import { type BuildkitdOptions, hasWorker, wantedSettings } from "./daemon.ts";
import { configurationText, type DaemonSettings, daemonEnvironment, joined, logLimits, suits } from "./settings.ts";

const name = "image-manager-buildkitd";

/** A buildkitd in a container: where there is no Linux, or no right to run one outside. */
export function createContainerBuildkitd(options: BuildkitdOptions, engine: Engine): Service {
  const { paths, tool, emit, credentials } = options;
  const version = toolVersion("buildkitd");
  const address = `${engine}-container://${name}`;
  const reach = daemonEnvironment(options.environment);
  const wanted = wantedSettings(options, name);
  return createContainer(
    {
      name: "buildkitd",
      engine,
      image: `docker.io/moby/buildkit:v${version}-rootless`,
      address,
      version,
      fix: "Set BUILDKIT_HOST to a buildkitd that runs",
      suits: (found) => suits(wanted, found as unknown as DaemonSettings),
      launch: async (before) => {
        const settings = joined(wanted, before as unknown as DaemonSettings | undefined);
        const file = join(paths.state, "buildkitd-container.toml");
        await mkdir(paths.state, { recursive: true, mode: 0o700 });
        await writeFile(file, configurationText(settings.insecureRegistries), { mode: 0o644 });
        return {
          settings: settings as unknown as Json,
          options: runOptions(file, reach, Object.keys(credentials ?? {})),
          ...(credentials && { environment: { ...present(options.environment), ...credentials } }),
          arguments: ["--config", "/buildkitd.toml"],
        };
      },
      answers: async () => hasWorker(await tool("buildctl"), address),
    },
    paths,
    emit,
  );
}

/** Rootless in the container too. Its process sandbox needs a /proc that is not masked. */
function runOptions(file: string, reach: Record<string, string>, handedOn: readonly string[]): readonly string[] {
  return [
    ...["--network", "host"],
    ...["--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined"],
    ...["--security-opt", "systempaths=unconfined"],
    ...["--volume", `${name}:/home/user/.local/share/buildkit`, "--volume", `${file}:/buildkitd.toml:ro`],
    ...Object.entries({ ...reach, ...logLimits }).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    // Without a value: the engine takes it from its own environment, and no command line shows it.
    ...handedOn.flatMap((key) => ["--env", key]),
  ];
}

function present(variables: BuildkitdOptions["environment"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
