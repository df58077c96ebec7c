import { join } from "node:path";
import { makeOwnFolder } from "../process/folder.ts";
import { createLocks } from "../process/locks.ts";
import { makePrivate } from "./record.ts";
import type { ServicePaths } from "./service.ts";

/** Commands that run at once start and end a service one after the other. */
export async function lockService(
  { runtime, state }: ServicePaths,
  name: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<AsyncDisposable> {
  await makePrivate(runtime);
  makeOwnFolder(state, "XDG_STATE_HOME");
  return createLocks(join(runtime, "locks")).hold(name, () => {}, signal);
}
