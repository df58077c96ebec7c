import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

/** Removes all finished work, also what a run is using. Tools stay. Gives the folders that were there. */
export async function clear(folder: string): Promise<readonly string[]> {
  const found = ["entries", "blobs", "tmp", "pruned.json"].map((name) => join(folder, name)).filter(existsSync);
  for (const path of found) await rm(path, { recursive: true, force: true });
  return found.filter((path) => !path.endsWith(".json"));
}
