import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createDist } from "../infrastructure/files/dist.ts";
import { secretsIn } from "../infrastructure/files/secrets.ts";
import type { StatCache } from "../infrastructure/files/stat-cache.ts";
import { looked, readFiles, readTree } from "../infrastructure/files/tree.ts";
import { createInputs } from "../infrastructure/inputs/resolver.ts";
import { createLock } from "../infrastructure/lock/lock.ts";
import { createLocks } from "../infrastructure/process/locks.ts";
import { createRegistry } from "../infrastructure/registry/client/client.ts";
import { impatient } from "../infrastructure/registry/elsewhere.ts";
import { afterStart } from "../infrastructure/registry/hosted.ts";
import { attachingInTurn } from "../infrastructure/registry/in-turn.ts";
import { createHistory } from "../infrastructure/store/history.ts";
import { type ToolName, toolVersion } from "../infrastructure/tools/manifest.ts";
import type { Origin } from "../src/entry.ts";
import type { Listener } from "../src/events.ts";
import type { Inputs, Registry } from "../src/ports.ts";
import type { World } from "../src/run/world.ts";
import type { PlannedProject } from "../src/task.ts";
import { headOf } from "./branches.ts";
import type { Context } from "./context.ts";
import { credentialsOf } from "./credentials.ts";
import type { Flags } from "./flags.ts";
import { loadedArchives, loadedBuilder, loadedCommands, loadedScanner, loadedTesters } from "./loaded.ts";
import { openServices } from "./services.ts";
import { openStores } from "./stores.ts";
import { version } from "./version.ts";

export interface WorldSettings {
  readonly context: Context;
  readonly project: PlannedProject;
  /** The project's folder, absolute. */
  readonly folder: string;
  readonly flags: Flags;
  readonly emit: Listener;
  /** Of the project's files. */
  readonly hashes: StatCache;
}

/** Milliseconds that a registry is waited for which only an entry names. */
const patience = 2000;

/** Puts the adapters together. Nothing is started or connected to before a task needs it. */
export async function createWorld(
  settings: WorldSettings,
): Promise<{ readonly world: World; readonly renewed: () => World; readonly close: () => Promise<void> }> {
  const { context, project, folder, flags, emit, hashes } = settings;
  const { environment, signal } = context;
  const { cache, state } = environment.folders;
  const local = openServices(context, project, emit);
  const locks = createLocks(join(cache, "locks"));
  const client = attachingInTurn(
    createRegistry({ credentials: credentialsOf(context), userAgent: "image-manager" }),
    locks,
  );
  const registry = project.registry.named
    ? client
    : afterStart(client, project.registry.address, () => local.services.registry.start(signal));
  const stores = await openStores(settings);
  const { blobs } = stores;
  const scratch = join(cache, "tmp");
  const archives = loadedArchives(registry);
  const world: World = {
    ports: {
      builder: loadedBuilder(settings, local, { registry, blobs }),
      registry,
      elsewhere: impatient(registry, patience),
      archives,
      testers: loadedTesters(settings, local, { registry, archives }),
      scanner: loadedScanner(settings, local, blobs),
      dist: createDist({ folder: join(folder, "dist"), project: folder, hashes }),
      blobs,
      commands: loadedCommands({ project: folder, environment: environment.variables, scratch, blobs }),
      home: project.registry,
      policy: { allowDowngrade: Boolean(flags.allowDowngrade), takeOver: Boolean(flags.takeOver) },
    },
    inputs: inputsOf(settings, registry),
    store: stores.store,
    locks,
    clock: { now: Date.now, wait: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }) },
    history: createHistory(join(state, "history", `${createHash("sha256").update(folder).digest("hex")}.json`)),
    origin: originOf(settings),
    emit,
  };
  const close = async (): Promise<void> => {
    if (!flags.dryRun) hashes.save();
    await stores[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
  };
  const renewed = (): World => ({ ...world, inputs: inputsOf(settings, registry), origin: originOf(settings) });
  return { world, renewed, close };
}

/** Looked for once, when something is first stored. */
function originOf({ context, project, folder }: WorldSettings): World["origin"] {
  const { environment } = context;
  const { address, prefix } = project.registry;
  let origin: Origin | undefined;
  return async () => {
    const head = headOf(folder, environment);
    origin ??= { host: environment.host, ...head, registry: `${address}/${prefix}`, version };
    return origin;
  };
}

function inputsOf({ context, folder, flags, emit, hashes }: WorldSettings, registry: Registry): Inputs {
  const { variables } = context.environment;
  const lock = createLock({ file: join(folder, "images.lock"), registry, write: !flags.dryRun });
  const seen = looked(hashes);
  return createInputs({
    tree: async (input) => {
      const tree = await readTree(input, folder, seen);
      for (const path of input.ignoreFile ? [] : secretsIn(tree)) emit({ type: "warning", message: revealed(path) });
      return tree;
    },
    files: (globs) => readFiles(globs, folder, seen),
    env: (name) => variables[name],
    versionOf: async (command, signal) => {
      const { askVersion } = await import("../infrastructure/process/version.ts");
      return await askVersion(command, folder, signal);
    },
    tool: (name) => toolVersion(name as ToolName),
    external: (reference, platform, signal) => lock.pinned(reference, platform, signal),
    now: Date.now,
  });
}

function revealed(path: string): string {
  return `${path} looks like a secret, and everyone who pulls the image can read it`;
}
