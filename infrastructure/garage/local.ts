import { garage } from "../../src/config/caches.ts";
import { isLoopback } from "../../src/model/address.ts";
import type { GarageAdmin, SharedCache } from "../../src/model/cache.ts";

/** A cache in a Garage of this machine, which can be started and set up. */
export interface LocalGarage extends SharedCache {
  readonly endpoint: string;
  readonly admin: GarageAdmin;
}

/** Whether a cache is in a Garage of this machine that this tool may set up. */
export function isLocalGarage(cache: SharedCache | null): cache is LocalGarage {
  const urls = [cache?.endpoint, cache?.admin?.endpoint];
  return urls.every((url) => url?.startsWith("http://") && isLoopback(new URL(url).host));
}

/** The Garage to start for a configuration: the one it names, else the default one. */
export function garageFor(cache: SharedCache | null): LocalGarage {
  return isLocalGarage(cache) ? cache : (garage() as LocalGarage);
}
