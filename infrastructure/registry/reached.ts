import type { Builder, Registry } from "../../src/ports.ts";
import { isDenied } from "./client/errors.ts";
import { remembered } from "./client/remember.ts";

/**
 * A builder that looks whether the registry it pushes to answers, before the first build: a hosted one is started by
 * that, and what is down is told at once and as such, not by the builder after a long build.
 */
export function afterReached(builder: Builder, registry: Pick<Registry, "head">): Builder {
  const reached = new Map<string, Promise<unknown>>();
  return {
    build: async (request, report, signal) => {
      const { destination } = request;
      await remembered(reached, destination.place.address, () =>
        // Some registries let nobody see a repository that is not there yet.
        registry.head(destination, "latest", signal).catch((error) => (isDenied(error) ? null : Promise.reject(error))),
      );
      return await builder.build(request, report, signal);
    },
  };
}
