import { setTimeout as sleep } from "node:timers/promises";
import type { Json } from "../../src/json.ts";
import { fail } from "../../src/problem.ts";
import { run } from "../process/run.ts";
import type { Engine } from "./engine.ts";
import { lockService } from "./lock.ts";
import type { Service, ServiceListener, ServicePaths, ServiceState } from "./service.ts";

/** What makes one daemon in a container different from another. */
export interface ContainerKind {
  readonly name: string;
  readonly engine: Engine;
  /** `docker.io/library/docker:28.5.1-dind` */
  readonly image: string;
  readonly address: string;
  readonly version: string;
  /** What to do when it does not start. */
  readonly fix: string;
  /** Whether a container that runs with these settings will do. */
  suits(settings: Json): boolean;
  /** Prepares files and says how to run it; `settings` are those of the container it replaces. */
  launch(settings: Json | undefined): Promise<ContainerLaunch>;
  answers(): Promise<boolean>;
}

export interface ContainerLaunch {
  readonly settings: Json;
  /** The whole environment of the engine, for options that hand secrets on by name; absent: this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Of the engine's `run`. */
  readonly options: readonly string[];
  /** Of the program in the image. */
  readonly arguments: readonly string[];
}

const label = "image-manager.settings";

/** A daemon in a container of the engine that runs here; the container's label says what it was started with. */
export function createContainer(kind: ContainerKind, paths: ServicePaths, emit: ServiceListener): Service {
  const { name, address, version, engine, image } = kind;
  const running: ServiceState = { name, state: "running", address, mode: "container", version };
  const fits = async (found: Json | undefined) => found !== undefined && kind.suits(found) && (await kind.answers());
  return {
    name,
    start: async (signal) => {
      if (await fits(await inspect(kind))) return running;
      await using _held = await lockService(paths, name, signal);
      const found = await inspect(kind);
      if (await fits(found)) return running;
      emit({ type: "service", service: name, state: "starting", detail: `${image} in ${engine}` });
      await launch(kind, found);
      for (let tries = 0; !(await kind.answers()); tries += 1) {
        if (tries === 100 || (await inspect(kind)) === undefined) await giveUp(kind);
        await sleep(200, undefined, { ...(signal && { signal }) });
      }
      emit({ type: "service", service: name, state: "started", detail: address });
      return running;
    },
    stop: async () => {
      const found = await inspect(kind);
      await remove(kind);
      return found !== undefined;
    },
    status: async () => {
      if ((await inspect(kind)) === undefined) return { name, state: "stopped", address };
      return { ...running, state: (await kind.answers()) ? "running" : "unreachable" };
    },
  };
}

function containerOf({ name }: ContainerKind): string {
  return `image-manager-${name}`;
}

async function launch(kind: ContainerKind, before: Json | undefined): Promise<void> {
  const { settings, options, arguments: rest, environment } = await kind.launch(before);
  await remove(kind);
  const command = [
    ...[kind.engine, "run", "--detach", "--name", containerOf(kind), "--label", `${label}=${JSON.stringify(settings)}`],
    ...[...options, kind.image, ...rest],
  ];
  const { code, stderr } = await run(command, { timeout: 300_000, ...(environment && { env: environment }) });
  if (code !== 0) notStarted(kind, stderr);
}

/** The settings of the container that runs; undefined when there is none. */
async function inspect(kind: ContainerKind): Promise<Json | undefined> {
  const format = `{{if .State.Running}}{{index .Config.Labels "${label}"}}{{end}}`;
  const command = [kind.engine, "container", "inspect", "--format", format, containerOf(kind)];
  const { code, stdout } = await run(command, { timeout: 10_000 });
  return code === 0 && stdout.trim() ? (JSON.parse(stdout) as Json) : undefined;
}

/** Volumes that have a name stay. */
async function remove(kind: ContainerKind): Promise<void> {
  await run([kind.engine, "rm", "--force", "--volumes", containerOf(kind)], { timeout: 60_000 });
}

async function giveUp(kind: ContainerKind): Promise<never> {
  const { stdout, stderr } = await run([kind.engine, "logs", "--tail", "20", containerOf(kind)]);
  await remove(kind);
  return notStarted(kind, stdout + stderr);
}

function notStarted({ name, engine, fix }: ContainerKind, output: string): never {
  return fail({
    code: "service-not-started",
    kind: "service",
    message: `Cannot start ${name} in a container of ${engine}`,
    log: output.trimEnd().split("\n").slice(-20),
    fix,
  });
}
