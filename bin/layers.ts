import type { LayerCache } from "../infrastructure/buildkit/layers.ts";
import { credentialVariables } from "../infrastructure/garage/credentials.ts";
import type { SharedCache } from "../src/model/cache.ts";
import { basesOf, headOf } from "./branches.ts";
import type { Context } from "./context.ts";
import type { Environment } from "./environment.ts";

/** Milliseconds in which the store says whether it can be used. */
const patience = 1000;

/**
 * Where layers may be kept; null: nowhere. A store that does not answer would hold up each build, and that it does not is
 * told elsewhere. A daemon that somebody else runs has credentials of its own: layers are kept by it only where the
 * configuration says how it reaches the store.
 */
export async function usableLayers(context: Context, place: SharedCache | null): Promise<SharedCache | null> {
  const foreign = Boolean(context.environment.variables.BUILDKIT_HOST);
  if (place === null || !place.layers || (foreign && place.builderEndpoint === null)) return null;
  const [{ openRemote }, { Watch }] = await Promise.all([
    import("./remote.ts"),
    import("../infrastructure/store/watch.ts"),
  ]);
  using watch = new Watch(patience, context.signal);
  try {
    using remote = await openRemote(context, place, () => {});
    return (await remote.usable(watch)) ? place : null;
  } catch {
    context.signal.throwIfAborted();
    return null;
  }
}

/** The layers of a project's branch, and of those it comes from. */
export function layersOf(place: SharedCache, folder: string, environment: Environment): LayerCache {
  const bases = basesOf(environment);
  const own = headOf(folder, environment).branch ?? bases.at(-1) ?? "main";
  return {
    endpoint: place.builderEndpoint ?? place.endpoint,
    region: place.region,
    bucket: place.bucket,
    prefix: `${place.prefix}layers/`,
    pathStyle: place.pathStyle,
    from: [...new Set([own, ...bases])],
    to: place.write ? own : null,
  };
}

/** The variables by which a daemon of ours gets at the layers, as Amazon's client reads them; null: it needs none. */
export async function layerCredentials(
  { folders, variables: given }: Environment,
  place: SharedCache,
): Promise<Readonly<Record<string, string>> | null> {
  const { credentials } = place;
  const variables = await credentialVariables(place, folders, given);
  const amazon = Object.entries(variables).filter(([name]) => name.startsWith("AWS_"));
  const wanted = credentials === "default" ? Object.fromEntries(amazon) : namedBy(credentials, variables);
  const found = Object.entries(wanted).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return found.length === 0 ? null : Object.fromEntries(found);
}

function namedBy(
  credentials: Exclude<SharedCache["credentials"], "default">,
  variables: Environment["variables"],
): Environment["variables"] {
  if ("profile" in credentials) {
    const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = variables;
    return { AWS_PROFILE: credentials.profile, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE };
  }
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return {
    AWS_ACCESS_KEY_ID: variables[accessKeyId],
    AWS_SECRET_ACCESS_KEY: variables[secretAccessKey],
    AWS_SESSION_TOKEN: sessionToken === null ? undefined : variables[sessionToken],
  };
}
