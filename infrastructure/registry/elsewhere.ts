import type { Registry } from "../../src/ports.ts";
import { ImagesError } from "../../src/problem.ts";

/**
 * A client for registries that nobody configured: which of them can be reached is found out by asking. One that has
 * not answered within `patience` milliseconds is not asked again.
 */
export function impatient(
  registry: Pick<Registry, "head" | "copy">,
  patience: number,
): Pick<Registry, "head" | "copy"> {
  const silent = new Map<string, unknown>();
  return {
    head: async (repository, reference, signal = AbortSignal.any([])) => {
      const { address } = repository.place;
      if (silent.has(address)) throw silent.get(address);
      const limit = AbortSignal.timeout(patience);
      try {
        return await registry.head(repository, reference, AbortSignal.any([signal, limit]));
      } catch (error) {
        signal.throwIfAborted();
        if (limit.aborted || isUnreachable(error)) silent.set(address, error);
        throw error;
      }
    },
    copy: registry.copy,
  };
}

function isUnreachable(error: unknown): boolean {
  return error instanceof ImagesError && error.problems[0]?.code === "registry-unreachable";
}
