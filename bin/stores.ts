import { join } from "node:path";
import { createBlobs } from "../infrastructure/store/blobs.ts";
import { createDiskStore } from "../infrastructure/store/disk.ts";
import type { Layered } from "../infrastructure/store/layered.ts";
import type { SharedCache } from "../src/model/cache.ts";
import type { WorldSettings } from "./world.ts";

/** The stores of this machine, and the shared one behind them where the configuration names one. */
export async function openStores(settings: WorldSettings): Promise<Layered> {
  const { context, project, emit } = settings;
  const { cache } = context.environment.folders;
  let said = false;
  const newer = (): void => {
    if (said) return;
    said = true;
    emit({ type: "notice", message: "A newer image-manager has written to the store: what it made is ignored" });
  };
  const local = { store: createDiskStore(cache, newer), blobs: createBlobs(cache) };
  if (project.cache === null) return { ...local, [Symbol.asyncDispose]: async () => {} };
  return await openShared(settings, project.cache, { ...local, newer });
}

async function openShared(
  { context, flags, emit }: WorldSettings,
  place: SharedCache,
  { newer, store, blobs }: Pick<Layered, "store" | "blobs"> & { readonly newer: () => void },
): Promise<Layered> {
  const { layer } = await import("../infrastructure/store/layered.ts");
  const { nameOf } = await import("../infrastructure/store/s3/faults.ts");
  return layer({
    store,
    blobs,
    // Its client takes a tenth of a second to load: not before something is missing here.
    open: async () => (await import("./remote.ts")).openRemote(context, place, newer),
    title: nameOf(place),
    write: place.write,
    keep: !flags.dryRun,
    scratch: join(context.environment.folders.cache, "tmp"),
    now: () => performance.now(),
    warn: (message) => emit({ type: "warning", message }),
    notice: (message) => emit({ type: "notice", message }),
    signal: context.signal,
  });
}
