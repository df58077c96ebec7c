import type { Locks, Registry } from "../../src/ports.ts";

/**
 * A client that attaches to one subject one after another, in all processes of this machine.
 *
 * Where a registry has no referrers API, attaching is reading a list and writing it, and two at once would lose one.
 */
export function attachingInTurn<R extends Registry>(registry: R, locks: Locks): R {
  return {
    ...registry,
    attach: async (repository, subject, artifact, signal = AbortSignal.any([])) => {
      const name = `referrers ${repository.place.address}/${repository.name}@${subject}`;
      await using _held = await locks.hold(name, () => {}, signal);
      await registry.attach(repository, subject, artifact, signal);
    },
  };
}
