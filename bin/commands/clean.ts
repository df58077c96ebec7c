import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";

/** Removes what can be made again: dist/, and with --all the store of this machine. Images in registries stay. */
export async function clean(
  { folder, environment, print }: Context,
  _: readonly string[],
  flags: Flags,
): Promise<number> {
  const { cache } = environment.folders;
  const store = ["entries", "blobs", "tmp"].map((name) => join(cache, name));
  const folders = [join(folder, "dist"), ...(flags.all ? store : [])];
  for (const path of folders) await rm(path, { recursive: true, force: true });
  print(`Removed ${folders.join(", ")}`);
  return 0;
}
