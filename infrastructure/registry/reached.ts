import type { Registry, Repository } from "../../src/ports.ts";
import { isDenied } from "./client/errors.ts";
import { remembered } from "./client/remember.ts";

/** Resolves when the registry of a repository answers; each registry is asked once. */
export type Reach = (repository: Repository, signal: AbortSignal) => Promise<void>;

/**
 * Looks whether the registry that a build pushes to answers: a hosted one is started by that, and what is down is told
 * at once and as such, not by the builder after a long build.
 */
export function createReach(registry: Pick<Registry, "head">): Reach {
  const reached = new Map<string, Promise<unknown>>();
  return async (repository, signal) => {
    await remembered(reached, repository.place.address, () =>
      // Some registries let nobody see a repository that is not there yet.
      registry.head(repository, "latest", signal).catch((error) => (isDenied(error) ? null : Promise.reject(error))),
    );
  };
}
