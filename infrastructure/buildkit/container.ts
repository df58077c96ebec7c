import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "../../src/problem.ts";
import { run } from "../process/run.ts";
import { lockService } from "../services/lock.ts";
import type { Service, ServiceState } from "../services/service.ts";
import { toolVersion } from "../tools/manifest.ts";
import { type BuildkitdOptions, hasWorker } from "./daemon.ts";
import { configurationText, type DaemonSettings, daemonEnvironment, hashOf, joined, suits } from "./settings.ts";

const name = "image-manager-buildkitd";
const label = "image-manager.settings";

/** A buildkitd in a container: where there is no Linux, or no right to run one outside. */
export function createContainerBuildkitd(options: BuildkitdOptions, engine: "docker" | "podman"): Service {
  const { tool, emit, insecureRegistries } = options;
  const version = toolVersion("buildkitd");
  const address = `${engine}-container://${name}`;
  const reach = daemonEnvironment(options.environment);
  const wanted: DaemonSettings = { version, root: name, insecureRegistries, environment: hashOf(reach) };
  const running: ServiceState = { name: "buildkitd", state: "running", address, mode: "container", version };
  const answers = async () => hasWorker(await tool("buildctl"), address);

  async function launch(before: DaemonSettings | undefined): Promise<void> {
    const settings = joined(wanted, before);
    const file = join(options.paths.state, "buildkitd-container.toml");
    await mkdir(options.paths.state, { recursive: true, mode: 0o700 });
    await writeFile(file, configurationText(settings.insecureRegistries), { mode: 0o644 });
    await remove(engine);
    const { code, stderr } = await run([engine, ...runArguments(file, settings, reach)], { timeout: 300_000 });
    if (code !== 0) notStarted(engine, stderr);
  }

  return {
    name: "buildkitd",
    start: async (signal) => {
      const fits = async (found: DaemonSettings | undefined) => found && suits(wanted, found) && (await answers());
      if (await fits(await inspect(engine))) return running;
      await using _held = await lockService(options.paths, "buildkitd", signal);
      const found = await inspect(engine);
      if (await fits(found)) return running;
      emit({ type: "service", service: "buildkitd", state: "starting", detail: `moby/buildkit in ${engine}` });
      await launch(found);
      for (let tries = 0; !(await answers()); tries += 1) {
        if (tries === 100 || !(await inspect(engine))) await giveUp(engine);
        await sleep(200, undefined, { ...(signal && { signal }) });
      }
      emit({ type: "service", service: "buildkitd", state: "started", detail: address });
      return running;
    },
    stop: async () => {
      const found = await inspect(engine);
      await remove(engine);
      return found !== undefined;
    },
    status: async () => {
      if (!(await inspect(engine))) return { name: "buildkitd", state: "stopped", address };
      return { ...running, state: (await answers()) ? "running" : "unreachable" };
    },
  };
}

/** Rootless in the container too. Its process sandbox needs a /proc that is not masked. */
function runArguments(file: string, settings: DaemonSettings, reach: Record<string, string>): readonly string[] {
  return [
    ...["run", "--detach", "--name", name, "--network", "host"],
    ...["--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined"],
    ...["--security-opt", "systempaths=unconfined"],
    ...["--volume", `${name}:/home/user/.local/share/buildkit`, "--volume", `${file}:/buildkitd.toml:ro`],
    ...Object.entries(reach).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    ...["--env", "BUILDKIT_STEP_LOG_MAX_SIZE=-1", "--env", "BUILDKIT_STEP_LOG_MAX_SPEED=-1"],
    ...["--label", `${label}=${JSON.stringify(settings)}`],
    ...[`docker.io/moby/buildkit:v${settings.version}-rootless`, "--config", "/buildkitd.toml"],
  ];
}

/** The settings of the container that runs; undefined when there is none. */
async function inspect(engine: string): Promise<DaemonSettings | undefined> {
  const format = `{{if .State.Running}}{{index .Config.Labels "${label}"}}{{end}}`;
  const { code, stdout } = await run([engine, "container", "inspect", "--format", format, name], { timeout: 10_000 });
  return code === 0 && stdout.trim() ? (JSON.parse(stdout) as DaemonSettings) : undefined;
}

/** The volume with its build cache stays. */
async function remove(engine: string): Promise<void> {
  await run([engine, "rm", "--force", name], { timeout: 60_000 });
}

async function giveUp(engine: string): Promise<never> {
  const { stdout, stderr } = await run([engine, "logs", "--tail", "20", name]);
  await remove(engine);
  return notStarted(engine, stdout + stderr);
}

function notStarted(engine: string, output: string): never {
  return fail({
    code: "service-not-started",
    kind: "service",
    message: `Cannot start buildkitd in a container of ${engine}`,
    log: output.trimEnd().split("\n").slice(-20),
    fix: "Set BUILDKIT_HOST to a buildkitd that runs",
  });
}
