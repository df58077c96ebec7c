import { isLocalGarage } from "../../infrastructure/garage/local.ts";
import type { Service, ServiceState } from "../../infrastructure/services/mod.ts";
import { nearest } from "../../src/config/describe.ts";
import { hosted } from "../../src/config/registries.ts";
import type { Project, Testing } from "../../src/model/target.ts";
import { fail, ImagesError } from "../../src/problem.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { loadForReading } from "../project.ts";
import { noticesTo } from "../reporter.ts";
import { openServices } from "../services.ts";

/** Starts the services that the configuration needs, or the one named, and says where they are. */
export async function start(context: Context, names: readonly string[], flags: Flags): Promise<number> {
  const { services, isNeeded } = await chosen(context, names, flags);
  const wanted = services.filter(({ name }) => names.length > 0 || isNeeded(name));
  const states = await Promise.all(wanted.map((service) => service.start(context.signal)));
  await show(context, states, isNeeded, flags);
  return 0;
}

/** Ends what the tool started. */
export async function stop(context: Context, names: readonly string[], flags: Flags): Promise<number> {
  const { services } = await chosen(context, names, flags, anyProject);
  for (const service of services) {
    const ended = await service.stop();
    if (!flags.json) context.print(`${service.name} ${ended ? "stopped" : "was not running"}`);
  }
  return 0;
}

/** Says which services run. */
export async function status(context: Context, names: readonly string[], flags: Flags): Promise<number> {
  const { services, isNeeded } = await chosen(context, names, flags);
  const states = await Promise.all(services.map((service) => service.status()));
  await show(context, states, isNeeded, flags);
  return 0;
}

/** What decides which services there are, and which are needed. */
interface Settings extends Pick<Project, "registry" | "cache"> {
  readonly testing: Pick<Testing, "driver">;
}

interface Chosen {
  readonly services: readonly Service[];
  /** dockerd is for one driver of tests only, and Garage for a cache that is in it. */
  readonly isNeeded: (service: string) => boolean;
}

async function chosen(
  context: Context,
  names: readonly string[],
  flags: Flags,
  load = projectOrDefault,
): Promise<Chosen> {
  const settings = await load(context, flags);
  const all = openServices(context, settings, noticesTo(context.printError)).services.list();
  const named = names.map((name) => all.find((service) => service.name === name) ?? unknown(name, all));
  return {
    services: names.length === 0 ? all : named,
    isNeeded: (name) => {
      if (name === "garage") return isLocalGarage(settings.cache);
      return name !== "dind" || settings.testing.driver === "container-structure-test";
    },
  };
}

/** Without a configuration. */
const defaults: Settings = { registry: hosted(), cache: null, testing: { driver: "buildkit" } };

/** Services can be handled anywhere: without a configuration the defaults hold. */
async function projectOrDefault(context: Context, flags: Flags): Promise<Settings> {
  try {
    return await loadForReading(context, flags);
  } catch (error) {
    const absent = error instanceof ImagesError && error.problems[0]?.code === "no-configuration";
    if (absent && flags.config === undefined) return defaults;
    throw error;
  }
}

/** What was started is ended whatever the configuration says by now, or whether it can be loaded at all. */
function anyProject(context: Context, flags: Flags): Promise<Settings> {
  return loadForReading(context, flags).catch(() => defaults);
}

async function show(
  { print, environment }: Context,
  states: readonly ServiceState[],
  isNeeded: Chosen["isNeeded"],
  { json }: Flags,
): Promise<void> {
  const services = states.map((state) => ({ ...state, needed: isNeeded(state.name) }));
  if (json) return print(JSON.stringify({ services }, null, 2));
  const { formatStatus } = await import("../../infrastructure/terminal/status.ts");
  print(formatStatus(services, { color: environment.color, now: Date.now() }));
}

function unknown(name: string, all: readonly Service[]): never {
  const names = all.map((service) => service.name);
  const near = nearest(name, names);
  const guess = near === undefined ? "" : `Did you mean '${near}'? `;
  const message = `No service is called '${name}'`;
  return fail({
    code: "unknown-service",
    kind: "usage",
    message,
    fix: `${guess}There are: ${names.join(", ")}`,
  });
}
