import type { Registry, Repository } from "../../src/ports.ts";

/** A client that starts the hosted registry before the first call to its address; other addresses are left alone. */
export function afterStart(registry: Registry, address: string, start: () => Promise<unknown>): Registry {
  let started: Promise<unknown> | undefined;
  const ready = async (to: Repository): Promise<void> => {
    if (to.place.address !== address) return;
    started ??= start();
    await started;
  };
  const after = <Rest extends readonly unknown[], Result>(call: (to: Repository, ...rest: Rest) => Promise<Result>) => {
    return async (to: Repository, ...rest: Rest): Promise<Result> => {
      await ready(to);
      return call(to, ...rest);
    };
  };
  return {
    head: after(registry.head),
    manifest: after(registry.manifest),
    putManifest: after(registry.putManifest),
    referrers: after(registry.referrers),
    attach: after(registry.attach),
    putBlob: after(registry.putBlob),
    copy: async (from, to, ...rest) => {
      await ready(to);
      return after(registry.copy)(from, to, ...rest);
    },
    blob: async function* (...given) {
      await ready(given[0]);
      yield* registry.blob(...given);
    },
  };
}
