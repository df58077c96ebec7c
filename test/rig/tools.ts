import { join } from "node:path";
import { readEnvironment } from "../../bin/environment.ts";
import { createLocks } from "../../infrastructure/process/locks.ts";
import type { ToolName } from "../../infrastructure/tools/manifest.ts";
import { obtainTool } from "../../infrastructure/tools/obtain.ts";

/** Path of a tool, from the cache that `bin/setup` fills. */
export function tool(name: ToolName): Promise<string> {
  const { folders, variables } = readEnvironment(process.env);
  return obtainTool(name, {
    cache: join(folders.cache, "tools"),
    environment: variables,
    locks: createLocks(join(folders.cache, "locks")),
    report: console.log,
    signal: new AbortController().signal,
  });
}
