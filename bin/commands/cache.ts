import { clear } from "../../infrastructure/store/clear.ts";
import { parseLimit, type StoreLimits } from "../../infrastructure/store/limits.ts";
import { prune } from "../../infrastructure/store/prune.ts";
import { cacheParts } from "../../infrastructure/store/status.ts";
import { taskNamedIn } from "../../infrastructure/store/stock.ts";
import { verify } from "../../infrastructure/store/verify.ts";
import { formatCache, formatPruned, formatVerified } from "../../infrastructure/terminal/cache.ts";
import { nearest } from "../../src/config/describe.ts";
import { fail } from "../../src/problem.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { storeLimits } from "../store-limits.ts";

type Action = (context: Context, flags: Flags) => Promise<number>;

/** What can be done with the cache, by name. */
const actions: Readonly<Record<string, Action>> = {
  status: async ({ environment, print }, { json }) => {
    const { cache: folder } = environment.folders;
    const [parts, limits] = [cacheParts(folder), storeLimits(environment.variables)];
    print(
      json ? JSON.stringify({ folder, parts, limits: described(limits) }, null, 2) : formatCache(folder, parts, limits),
    );
    return 0;
  },
  prune: async (context, flags) => {
    if (flags.shared) return await (await import("../shared-cache.ts")).pruneSharedCache(context, flags);
    const { environment, print } = context;
    const dryRun = Boolean(flags.dryRun);
    const limits = limitsFor(context, flags);
    const pruned = await prune(environment.folders.cache, { limits, now: Date.now(), dryRun });
    print(
      flags.json
        ? JSON.stringify({ dryRun, ...pruned }, null, 2)
        : formatPruned(pruned, { dryRun, taskOf: taskNamedIn }),
    );
    return 0;
  },
  clear: async ({ environment, print }, { json }) => {
    const removed = await clear(environment.folders.cache);
    if (json) print(JSON.stringify({ removed }, null, 2));
    else print(removed.length === 0 ? "Nothing to remove" : `Removed ${removed.join(", ")}`);
    return 0;
  },
  verify: async ({ environment, signal, print }, { json }) => {
    const verified = await verify(environment.folders.cache, signal);
    print(json ? JSON.stringify(verified, null, 2) : formatVerified(environment.folders.cache, verified));
    return verified.removed.length === 0 ? 0 : 1;
  },
};

/** Looks after this machine's cache. `verify` exits 1 when something was damaged. */
export async function cache(context: Context, [name = ""]: readonly string[], flags: Flags): Promise<number> {
  return await (actions[name] ?? unknown(name))(context, flags);
}

function limitsFor({ environment }: Context, { all, maxSize, maxAge }: Flags): StoreLimits {
  if (all) return { size: 0, age: 0 };
  const { size, age } = storeLimits(environment.variables);
  return {
    size: maxSize === undefined ? size : parseLimit("size", maxSize, "--max-size"),
    age: maxAge === undefined ? age : parseLimit("age", maxAge, "--max-age"),
  };
}

/** JSON has no infinity. */
function described({ size, age }: StoreLimits): Record<keyof StoreLimits, number | null> {
  return { size: Number.isFinite(size) ? size : null, age: Number.isFinite(age) ? age : null };
}

function unknown(name: string): never {
  const names = Object.keys(actions);
  const near = nearest(name, names);
  return fail({
    code: "unknown-action",
    kind: "usage",
    message: `Nothing called '${name}' can be done with the cache`,
    fix: `${near === undefined ? "" : `Did you mean '${near}'? `}There are: ${names.join(", ")}`,
  });
}
