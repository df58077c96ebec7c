import { join } from "node:path";
import { makeScratch } from "../infrastructure/process/scratch.ts";
import { createBlobs } from "../infrastructure/store/blobs.ts";
import { createDiskStore } from "../infrastructure/store/disk.ts";
import type { Layered } from "../infrastructure/store/layered.ts";
import { createUpkeep, runsFolder, type Upkeep } from "../infrastructure/store/upkeep.ts";
import { rememberingUse } from "../infrastructure/store/uses.ts";
import type { Context } from "./context.ts";
import { type Local, shared } from "./shared-store.ts";
import { storeLimits } from "./store-limits.ts";
import type { WorldSettings } from "./world.ts";

/** The stores of this machine, and the shared one behind them where the configuration names one. */
export async function openStores(settings: WorldSettings): Promise<Layered> {
  const { context, flags, emit } = settings;
  const { cache } = context.environment.folders;
  let said = false;
  const newer = (): void => {
    if (said) return;
    said = true;
    emit({ type: "notice", message: "A newer image-manager has written to the store: what it made is ignored" });
  };
  const disk = { store: createDiskStore(cache, newer), blobs: createBlobs(cache) };
  if (flags.dryRun) return behind(settings, { ...disk, newer });
  const upkeep = await beginUpkeep(context);
  const kept = { store: rememberingUse(disk.store, cache, Date.now), blobs: upkeep.counting(disk.blobs) };
  const stores = behind(settings, { ...kept, newer });
  const close = async (): Promise<void> => {
    await stores[Symbol.asyncDispose]();
    await upkeep[Symbol.asyncDispose]();
  };
  return { ...stores, [Symbol.asyncDispose]: close };
}

/** Says that a run uses the store on this machine, and afterwards sees to its limits. */
async function beginUpkeep({ environment }: Context): Promise<Upkeep & AsyncDisposable> {
  const { cache, state } = environment.folders;
  const limits = storeLimits(environment.variables);
  const logFile = join(state, "log", "pruner.log");
  const upkeep = createUpkeep({ folder: cache, limits, logFile, now: Date.now });
  // A folder in which nothing can be made cannot be pruned either.
  const presence = await makeScratch(join(cache, runsFolder)).catch(() => undefined);
  const close = async (): Promise<void> => {
    await presence?.[Symbol.asyncDispose]();
    await upkeep.end();
  };
  return { ...upkeep, [Symbol.asyncDispose]: close };
}

/** The shared store behind those of this machine, if the configuration names one. */
function behind(settings: WorldSettings, local: Local): Layered {
  const { cache } = settings.project;
  return cache === null ? { ...local, [Symbol.asyncDispose]: async () => {} } : shared(settings, cache, local);
}
