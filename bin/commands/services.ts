import type { Service, ServiceState } from "../../infrastructure/services/mod.ts";
import { nearest } from "../../src/config/describe.ts";
import { hosted } from "../../src/config/registries.ts";
import type { Project } from "../../src/model/target.ts";
import { fail, ImagesError } from "../../src/problem.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { loadForReading } from "../project.ts";
import { noticesTo } from "../reporter.ts";
import { openServices } from "../services.ts";

/** Starts the services, or the one named, and says where they are. */
export async function start(context: Context, names: readonly string[], flags: Flags): Promise<number> {
  const states = await Promise.all(
    (await chosen(context, names, flags)).map((service) => service.start(context.signal)),
  );
  await show(context, states, flags);
  return 0;
}

/** Ends what the tool started. */
export async function stop(context: Context, names: readonly string[], flags: Flags): Promise<number> {
  for (const service of await chosen(context, names, flags, anyProject)) {
    const ended = await service.stop();
    if (!flags.json) context.print(`${service.name} ${ended ? "stopped" : "was not running"}`);
  }
  return 0;
}

/** Says which services run. */
export async function status(context: Context, names: readonly string[], flags: Flags): Promise<number> {
  const states = await Promise.all((await chosen(context, names, flags)).map((service) => service.status()));
  await show(context, states, flags);
  return 0;
}

async function chosen(
  context: Context,
  names: readonly string[],
  flags: Flags,
  load = projectOrDefault,
): Promise<readonly Service[]> {
  const { services } = openServices(context, await load(context, flags), noticesTo(context.printError));
  const all = services.list();
  return names.length === 0
    ? all
    : names.map((name) => all.find((service) => service.name === name) ?? unknown(name, all));
}

/** Services can be handled anywhere: without a configuration the defaults hold. */
async function projectOrDefault(context: Context, flags: Flags): Promise<Pick<Project, "registry">> {
  try {
    return await loadForReading(context, flags);
  } catch (error) {
    const absent = error instanceof ImagesError && error.problems[0]?.code === "no-configuration";
    if (absent && flags.config === undefined) return { registry: hosted() };
    throw error;
  }
}

/** What was started is ended whatever the configuration says by now, or whether it can be loaded at all. */
function anyProject(context: Context, flags: Flags): Promise<Pick<Project, "registry">> {
  return loadForReading(context, flags).catch(() => ({ registry: hosted() }));
}

async function show({ print, environment }: Context, states: readonly ServiceState[], { json }: Flags): Promise<void> {
  if (json) print(JSON.stringify({ services: states }, null, 2));
  else
    print(
      (await import("../../infrastructure/terminal/status.ts")).formatStatus(states, {
        color: environment.color,
        now: Date.now(),
      }),
    );
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
