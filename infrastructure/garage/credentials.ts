import { isLoopback } from "../../src/model/address.ts";
import type { SharedCache } from "../../src/model/cache.ts";
import { readRecord } from "../services/record.ts";
import type { ServicePaths } from "../services/service.ts";
import type { GarageSetUp } from "./bootstrap.ts";
import { composeSecrets, type GarageSecrets, garageFolder, readSecrets } from "./secrets.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The environment in which a cache's credentials are looked up by name. For a Garage on this machine it is completed:
 * with the secrets made for the one that was started natively, else with those that docker-compose.yml gives.
 */
export async function credentialVariables(
  { endpoint }: Pick<SharedCache, "endpoint">,
  paths: ServicePaths,
  environment: Variables,
): Promise<Variables> {
  if (endpoint === null || !isLoopback(new URL(endpoint).host)) return environment;
  const native = (await readRecord(paths.runtime, "garage"))?.address;
  const own = native !== undefined && portOf(`http://${native}`) === portOf(endpoint);
  return complete(environment, (own && (await readSecrets(garageFolder(paths)))) || composeSecrets);
}

/** Adds known secrets that no variable gives. A key and its secret are a pair: neither is taken without the other. */
export function complete(variables: Variables, known: Omit<GarageSecrets, "GARAGE_RPC_SECRET">): Variables {
  const { GARAGE_ADMIN_TOKEN, GARAGE_ACCESS_KEY_ID, GARAGE_SECRET_ACCESS_KEY } = known;
  const keyGiven = variables.GARAGE_ACCESS_KEY_ID || variables.GARAGE_SECRET_ACCESS_KEY;
  return {
    ...variables,
    ...(variables.GARAGE_ADMIN_TOKEN ? {} : { GARAGE_ADMIN_TOKEN }),
    ...(keyGiven ? {} : { GARAGE_ACCESS_KEY_ID, GARAGE_SECRET_ACCESS_KEY }),
  };
}

/** What a cache's Garage is to have; undefined where there is no admin token, or no key of its own. */
export function setUpOf({ admin, bucket, credentials }: SharedCache, variables: Variables): GarageSetUp | undefined {
  if (admin === null || credentials === "default" || "profile" in credentials) return undefined;
  const token = variables[admin.token];
  const id = variables[credentials.accessKeyId];
  const secret = variables[credentials.secretAccessKey];
  if (!token || !id || !secret) return undefined;
  return { admin: { endpoint: admin.endpoint, token }, bucket, key: { id, secret } };
}

function portOf(url: string): string {
  return new URL(url).port || "80";
}
