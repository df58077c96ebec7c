import { startRegistry } from "../../../infrastructure/registry/server/mod.ts";
import type { Context } from "../../rig/suite.ts";

/** A registry on a port of its own; gives its address. */
export async function realRegistry(t: Context): Promise<string> {
  const { address } = t.use(await startRegistry({ folder: await t.folder() }));
  return address;
}
