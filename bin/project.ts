import { dirname, resolve } from "node:path";
import { loadProject } from "../infrastructure/config/load.ts";
import type { Selection } from "../src/graph/select.ts";
import type { PlannedProject } from "../src/task.ts";
import type { Context } from "./context.ts";
import type { Flags } from "./flags.ts";
import { hostPlatform } from "./platform.ts";

/** Loads the configuration; enough for verbs that only read it. */
export async function loadForReading(context: Context, flags: Pick<Flags, "config">): Promise<PlannedProject> {
  return (await loadWithFiles(context, flags)).project;
}

/** Loads the configuration, and gives all paths that it depends on, relative to its folder. */
export async function loadWithFiles(
  context: Context,
  flags: Pick<Flags, "config">,
): Promise<{ readonly project: PlannedProject; readonly files: readonly string[] }> {
  const { resolveSelf } = await import("./resolve-self.ts");
  await resolveSelf();
  const { project, files } = await loadProject({
    folder: projectFolder(context, flags),
    environment: context.environment.variables,
    platform: hostPlatform,
    ...(flags.config === undefined ? {} : { config: resolve(context.folder, flags.config) }),
  });
  return { project: { ...project, buildPlatform: hostPlatform }, files };
}

/** The folder that everything in the configuration is relative to: the configuration's own. */
export function projectFolder(context: Context, { config }: Pick<Flags, "config">): string {
  return config === undefined ? context.folder : dirname(resolve(context.folder, config));
}

export function selectionOf(patterns: readonly string[], { exclude = [], dependants = false }: Flags): Selection {
  return { patterns, exclude, dependants };
}
