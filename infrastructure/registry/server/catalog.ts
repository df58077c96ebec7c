import { json, type Methods } from "./http.ts";
import { page } from "./pages.ts";
import { names, type Storage } from "./storage.ts";

/** `/v2/_catalog`: not of the specification, but what tools ask for since Docker's first registry. */
export function catalog(storage: Storage): Methods {
  return {
    GET: async ({ query }) => {
      const all = (await repositoriesBelow(storage, "")).sort();
      const { items, headers } = page(all, "/v2/_catalog", query);
      return json({ repositories: items }, headers);
    },
  };
}

/** Repositories with manifests. One may lie within another: `team` and `team/node`. */
async function repositoriesBelow(storage: Storage, name: string): Promise<string[]> {
  const parts = await names(storage.repository(name));
  const below = parts
    .filter((part) => !part.startsWith("_"))
    .map((part) => repositoriesBelow(storage, name === "" ? part : `${name}/${part}`));
  return [...(parts.includes("_manifests") ? [name] : []), ...(await Promise.all(below)).flat()];
}
