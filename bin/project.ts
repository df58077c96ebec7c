import { dirname, resolve } from "node:path";
import type { LoadedProject, LoadRequest } from "../infrastructure/config/load.ts";
import { type Memory, recallProject, rememberProject } from "../infrastructure/config/memory.ts";
import type { Selection } from "../src/graph/select.ts";
import type { PlannedProject } from "../src/task.ts";
import type { Context } from "./context.ts";
import type { Flags } from "./flags.ts";
import { checkPace } from "./limits.ts";
import { hostPlatform } from "./platform.ts";

type Loaded = { readonly project: PlannedProject; readonly files: readonly string[] };

/** The project as it was resolved last time if nothing has changed, else loaded; for verbs that only read it. */
export async function loadForReading(context: Context, flags: Pick<Flags, "config">): Promise<PlannedProject> {
  const { openMemory } = await import("./memory.ts");
  return (await loadWithFiles(context, { ...flags, dryRun: true }, openMemory(context, flags))).project;
}

/** The project and all paths that its configuration depends on, relative to its folder. Not on a dry run: remembers it. */
export async function loadWithFiles(
  context: Context,
  flags: Pick<Flags, "config" | "dryRun">,
  memory: Memory,
): Promise<Loaded> {
  const request = requestOf(context, flags);
  const known = recallProject(request, memory);
  if (known) return planned(known);
  const began = Date.now();
  const loaded = await load(request);
  if (!flags.dryRun) rememberProject(request, memory, loaded, began);
  return planned(loaded);
}

/** Loads the configuration, whatever is remembered of it. */
export async function loadAnew(context: Context, flags: Pick<Flags, "config">): Promise<PlannedProject> {
  return planned(await load(requestOf(context, flags))).project;
}

/** Imported here: what resolves a configuration takes longer to load than all else. */
async function load(request: LoadRequest): Promise<LoadedProject> {
  const { resolveSelf } = await import("./resolve-self.ts");
  await resolveSelf();
  const { loadProject } = await import("../infrastructure/config/load.ts");
  return await loadProject(request);
}

function requestOf(context: Context, flags: Pick<Flags, "config">): LoadRequest {
  return {
    folder: projectFolder(context, flags),
    environment: context.environment.variables,
    platform: hostPlatform,
    ...(flags.config === undefined ? {} : { config: resolve(context.folder, flags.config) }),
  };
}

function planned({ project, files }: Pick<LoadedProject, "project" | "files">): Loaded {
  checkPace(project);
  return { project: { ...project, buildPlatform: hostPlatform }, files };
}

/** The folder that everything in the configuration is relative to: the configuration's own. */
export function projectFolder(context: Context, { config }: Pick<Flags, "config">): string {
  return config === undefined ? context.folder : dirname(resolve(context.folder, config));
}

/** `within`: the targets that `--since` leaves, or null. */
export function selectionOf(
  patterns: readonly string[],
  { exclude = [], dependants = false }: Flags,
  within: ReadonlySet<string> | null,
): Selection {
  return { patterns, exclude, dependants, within };
}
