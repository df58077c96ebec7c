import type { Declared } from "../entry.ts";
import type { Difference } from "../explain/differences.ts";
import type { Task } from "../graph/plan.ts";
import type { Past, Store } from "../ports.ts";
import type { Verdict } from "./judge.ts";

/** Why a task runs, in words, and all that is not as it was when it was last done. */
export interface Reason {
  readonly reason: string;
  readonly differences: readonly Difference[];
}

/** Compares a task that is to run with what it was made from last. Reads the store, which a run without work does not. */
export async function reasonOf(
  task: Task,
  { reason, key, material }: Verdict & { readonly state: "run" },
  store: Store,
  past: Past | undefined,
): Promise<Reason> {
  if (reason !== null) return { reason, differences: [] };
  if (past === undefined || past.key === null) return { reason: "not made before", differences: [] };
  if (past.key === key) return { reason: "its result is no longer in the store", differences: [] };
  const last = await store.get(past.key);
  // Loaded here: most runs find nothing to explain.
  const [{ changesSince }, { reasonFor }] = await Promise.all([
    import("../explain/since.ts"),
    import("../explain/wording.ts"),
  ]);
  const differences = last ? changesSince(last.entry, task, material).differences : [];
  return { reason: reasonFor(differences), differences };
}

/** What an entry remembers of a task's declarations. */
export function declaredBy({ inputs, needs }: Task): Declared {
  return { inputs, needs };
}
