import { setUp } from "../infrastructure/garage/bootstrap.ts";
import { credentialVariables, setUpOf } from "../infrastructure/garage/credentials.ts";
import { Fault, type Remote } from "../infrastructure/store/remote.ts";
import { openS3 } from "../infrastructure/store/s3/remote.ts";
import { Watch } from "../infrastructure/store/watch.ts";
import type { SharedCache } from "../src/model/cache.ts";
import { problemsOf } from "../src/problem.ts";
import type { Context } from "./context.ts";

/** Milliseconds in which a store says whether it can be used. */
const patience = 1000;

/**
 * Opens the shared store. A Garage that this tool may set up and that lacks something gets it first.
 *
 * @throws Fault
 */
export async function openRemote(
  { environment, signal }: Context,
  place: SharedCache,
  newer: () => void,
): Promise<Remote> {
  const variables = await credentialVariables(place, environment.folders, environment.variables);
  const remote = await openS3(place, variables, newer);
  const wanted = setUpOf(place, variables);
  if (wanted === undefined) return remote;
  using watch = new Watch(patience, signal);
  try {
    if (!(await remote.usable(watch))) await setUp(wanted, signal);
    return remote;
  } catch (error) {
    remote[Symbol.dispose]();
    throw error instanceof Fault ? error : notSetUp(error);
  }
}

function notSetUp(cause: unknown): Fault {
  const [problem] = problemsOf(cause);
  const text = [problem?.message, problem?.fix].filter((part) => part !== undefined).join(". ");
  return new Fault("refused", `Garage cannot be used, building without cache: ${text}`, { cause });
}
