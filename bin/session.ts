import { makeOwnFolder } from "../infrastructure/process/folder.ts";
import type { Listener } from "../src/events.ts";
import type { TaskGraph, Wanted } from "../src/graph/plan.ts";
import { selectPlatforms, selectTargets } from "../src/graph/select.ts";
import type { World } from "../src/run/world.ts";
import type { AnyKind, PlannedProject } from "../src/task.ts";
import type { Context } from "./context.ts";
import type { Flags } from "./flags.ts";
import { openMemory } from "./memory.ts";
import { loadWithFiles, projectFolder, selectionOf } from "./project.ts";
import { createRelay } from "./relay.ts";
import { checkSecrets } from "./secrets.ts";
import { targetsSince } from "./since.ts";
import { createWorld } from "./world.ts";

/** A loaded project and the world to work on it; disposing ends connections, not services. */
export interface Session extends AsyncDisposable {
  readonly project: PlannedProject;
  /** What the configuration depends on: paths relative to it, there or not. */
  readonly files: readonly string[];
  /** Ids of the targets that `--since` leaves; null without it. */
  readonly within: ReadonlySet<string> | null;
  readonly world: World;
  /** The same world for another run: what this one has found out of inputs is looked at again. */
  renewed(): World;
  /** Who hears of events from now on, and first of those so far. */
  listen(listener: Listener): void;
  /** Something worth knowing that is no mistake. */
  notice(message: string): void;
  /** @throws ImagesError `secret-missing` for each secret that a build of the graph lacks */
  checkSecrets(graph: TaskGraph): void;
}

/** Loads the configuration and puts the world together. Services are started when something first needs them. */
export async function openSession(context: Context, flags: Flags): Promise<Session> {
  const memory = openMemory(context, flags);
  const { project: loaded, files } = await loadWithFiles(context, flags, memory);
  const project = withDriver(loaded, flags);
  if (!flags.dryRun) makeOwnFolder(context.environment.folders.cache, "IMAGE_MANAGER_CACHE");
  const folder = projectFolder(context, flags);
  const within = await targetsSince(context, project, flags);
  const { emit, listen } = createRelay();
  const notice = (message: string) => emit({ type: "notice", message });
  for (const message of project.notices) notice(message);
  if (within?.size === 0) notice(`No target differs from ${flags.since}`);
  const { world, renewed, close } = await createWorld({ context, project, folder, flags, emit, hashes: memory.hashes });
  return {
    project,
    files,
    within,
    world,
    renewed,
    listen,
    notice,
    checkSecrets: (graph) => checkSecrets(graph, context.environment.variables, folder),
    [Symbol.asyncDispose]: close,
  };
}

/** Part of the keys of tests: what the one driver found is not taken for the other's. */
function withDriver(project: PlannedProject, { driver }: Flags): PlannedProject {
  return driver === undefined ? project : { ...project, testing: { ...project.testing, driver } };
}

/** What a command line asks for, in the planner's terms. */
export function wantedOf(
  session: Session,
  kinds: readonly AnyKind[],
  patterns: readonly string[],
  flags: Flags,
): Wanted {
  const targets = selectTargets(session.project, selectionOf(patterns, flags, session.within));
  return { kinds, targets, platforms: selectPlatforms(targets, flags.platform ?? []) };
}
