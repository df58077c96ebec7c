import { join } from "node:path";
import type { Layered } from "../infrastructure/store/layered.ts";
import type { SharedCache } from "../src/model/cache.ts";
import type { Blobs, Store } from "../src/ports.ts";
import type { WorldSettings } from "./world.ts";

/** The stores of this machine, and who is told of entries that a later version of this tool has written. */
export interface Local {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly newer: () => void;
}

/** A shared store behind those of this machine. Nothing of it is loaded before something is missing here. */
export function shared(settings: WorldSettings, place: SharedCache, local: Local): Layered {
  const { store, blobs } = local;
  let loading: Promise<Layered> | undefined;
  const both = (): Promise<Layered> => {
    loading ??= load(settings, place, local);
    return loading;
  };
  return {
    store: {
      get: async (key) => (await store.get(key)) ?? (await (await both()).store.get(key)),
      put: async (entry) => (await both()).store.put(entry),
      settle: async () => (await loading)?.store.settle(),
    },
    blobs: {
      has: async (blob) => (await blobs.has(blob)) || (await both()).blobs.has(blob),
      path: async (blob) => (await blobs.path(blob)) ?? (await (await both()).blobs.path(blob)),
      open: async function* (blob) {
        yield* (await blobs.has(blob)) ? blobs.open(blob) : (await both()).blobs.open(blob);
      },
      adopt: blobs.adopt,
    },
    [Symbol.asyncDispose]: async () => (await loading)?.[Symbol.asyncDispose](),
  };
}

async function load(
  { context, flags, emit }: WorldSettings,
  place: SharedCache,
  { newer, store, blobs }: Local,
): Promise<Layered> {
  const { layer } = await import("../infrastructure/store/layered.ts");
  const { nameOf } = await import("../infrastructure/store/s3/faults.ts");
  return layer({
    store,
    blobs,
    // Its client takes a tenth of a second to load.
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
