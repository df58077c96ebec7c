import { setTimeout as sleep } from "node:timers/promises";
import { createInputs } from "../../infrastructure/inputs/resolver.ts";
import { createLocks } from "../../infrastructure/process/locks.ts";
import { createDiskStore } from "../../infrastructure/store/disk.ts";
import type { Event } from "../../src/events.ts";
import type { Limits } from "../../src/run/schedule.ts";
import type { World } from "../../src/run/world.ts";

export const limits: Limits = { judge: 8, render: 4, build: 2, test: 2, network: 4 };

/** A world with the real store, locks and inputs in a folder, and no port: for kinds that only a test has. */
export function worldIn(
  folder: string,
  variables: Record<string, string> = {},
): { readonly world: World; readonly events: Event[] } {
  const events: Event[] = [];
  const none = () => Promise.reject(new Error("This test has no such input"));
  const world: World = {
    ports: {} as World["ports"],
    inputs: createInputs({
      tree: none,
      files: none,
      versionOf: none,
      external: none,
      env: (name) => variables[name],
      tool: () => "1",
      now: Date.now,
    }),
    store: createDiskStore(folder),
    locks: createLocks(`${folder}/locks`),
    clock: { now: Date.now, wait: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }) },
    origin: async () => ({ host: "test", commit: null, branch: null, registry: "localhost:5050/", version: "1" }),
    history: { load: async () => ({}), save: async () => {} },
    emit: (event) => events.push(event),
  };
  return { world, events };
}
