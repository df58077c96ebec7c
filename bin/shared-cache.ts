import { credentialVariables } from "../infrastructure/garage/credentials.ts";
import { parseLimit } from "../infrastructure/store/limits.ts";
import { Fault } from "../infrastructure/store/remote.ts";
import { pruneShared, type SharedPruned } from "../infrastructure/store/s3/prune.ts";
import { formatSharedPruned } from "../infrastructure/terminal/cache.ts";
import type { SharedCache } from "../src/model/cache.ts";
import { fail, ImagesError } from "../src/problem.ts";
import type { Context } from "./context.ts";
import type { Flags } from "./flags.ts";
import { loadForReading } from "./project.ts";
import { storeLimits } from "./store-limits.ts";

/** Prunes the cache that the configuration names: finished work and BuildKit's layers. */
export async function pruneSharedCache(context: Context, flags: Flags): Promise<number> {
  if (flags.maxSize !== undefined) return fail(notBySize);
  const { cache } = await loadForReading(context, flags);
  if (cache === null) return fail(noCache);
  const dryRun = Boolean(flags.dryRun);
  const pruned = await pruneTold(context, cache, { age: ageOf(context, flags), dryRun });
  context.print(flags.json ? JSON.stringify({ dryRun, ...pruned }, null, 2) : formatSharedPruned(pruned, dryRun));
  return 0;
}

function ageOf({ environment }: Context, { all, maxAge }: Flags): number {
  if (all) return 0;
  return maxAge === undefined ? storeLimits(environment.variables).age : parseLimit("age", maxAge, "--max-age");
}

async function pruneTold(
  { environment, signal }: Context,
  place: SharedCache,
  options: { readonly age: number; readonly dryRun: boolean },
): Promise<SharedPruned> {
  const variables = await credentialVariables(place, environment.folders, environment.variables);
  try {
    return await pruneShared(place, variables, { ...options, now: Date.now(), signal });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // Faults are worded for runs, which go on.
    const why = error.message.replace(", building without cache", "");
    const message = `Cannot prune the shared cache: ${why}`;
    throw new ImagesError({ code: "cache-not-pruned", kind: "service", message }, { cause: error });
  }
}

const notBySize = {
  code: "invalid-limit",
  kind: "usage",
  message: "Cannot prune the shared cache by size",
  fix: "Say how old what stays may be: --max-age=30d",
} as const;

const noCache = {
  code: "no-shared-cache",
  kind: "usage",
  message: "Cannot prune the shared cache: the configuration names none",
  fix: "Name one, cache: garage(), or leave out --shared",
} as const;
