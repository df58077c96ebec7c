import { rm } from "node:fs/promises";
import type { Digest } from "../../../src/entry.ts";
import { refuse } from "./errors.ts";
import { json, type Methods } from "./http.ts";
import { isDigest } from "./names.ts";
import { page } from "./pages.ts";
import { names, readText, type Storage, sizeOf } from "./storage.ts";

/** `/v2/<name>/tags/list`: end-8 of the specification. */
export function tags(storage: Storage): Methods {
  return {
    GET: async ({ name, query }) => {
      const all = await tagsOf(storage, name);
      if (all.length === 0 && !(await isRepository(storage, name))) {
        refuse("NAME_UNKNOWN", `Unknown repository: ${name}`, { detail: { name } });
      }
      const { items, headers } = page(all, `/v2/${name}/tags/list`, query);
      return json({ name, tags: items }, headers);
    },
  };
}

export function tagsOf(storage: Storage, name: string): Promise<readonly string[]> {
  return names(storage.tag(name));
}

/** The digest a tag points at. */
export async function readTag(storage: Storage, name: string, tag: string): Promise<Digest | undefined> {
  const text = await readText(storage.tag(name, tag));
  return isDigest(text) ? text : undefined;
}

/** Whether there was such a tag. */
export async function removeTag(storage: Storage, name: string, tag: string): Promise<boolean> {
  const path = storage.tag(name, tag);
  const found = (await sizeOf(path)) !== undefined;
  await rm(path, { force: true });
  return found;
}

/** A folder without anything of its own is only the beginning of longer names. */
async function isRepository(storage: Storage, name: string): Promise<boolean> {
  return (await names(storage.repository(name))).some((each) => each.startsWith("_"));
}
