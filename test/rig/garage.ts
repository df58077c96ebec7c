import { join } from "node:path";
import { credentialVariables } from "../../infrastructure/garage/credentials.ts";
import type { LocalGarage } from "../../infrastructure/garage/local.ts";
import { createGarage } from "../../infrastructure/garage/service.ts";
import type { Service, ServicePaths } from "../../infrastructure/services/service.ts";
import { garage } from "../../src/config/caches.ts";
import { freePort } from "./cli.ts";
import type { Context } from "./suite.ts";
import { tool } from "./tools.ts";

/** A Garage of a test's own, with a bucket and a key that may write to it. */
export interface TestGarage {
  /** As a configuration would name it; its credentials are those of `variables`. */
  readonly place: LocalGarage;
  /** The environment in which its credentials are looked up. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** `stop()` ends it and leaves its data; `start()` goes on with them. */
  readonly service: Service;
  readonly paths: ServicePaths;
}

/** Starts a Garage in a fresh folder, at ports of its own unless a place is given; it is ended after the test. */
export async function startGarage(t: Context, given?: LocalGarage): Promise<TestGarage> {
  const folder = await t.folder();
  const paths = { runtime: join(folder, "run"), state: join(folder, "state") };
  const place = given ?? (await freePlace());
  const service = createGarage({ place, paths, environment: {}, tool, emit: () => {} });
  t.use({ [Symbol.asyncDispose]: () => kill(service) });
  await service.start(t.signal);
  return { place, variables: await credentialVariables(place, paths, {}), service, paths };
}

/** Garage waits for open connections before it ends, and nobody needs its data any more. */
async function kill(service: Service): Promise<void> {
  const { pid } = await service.status();
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
  await service.stop();
}

/** A Garage that could be started at ports which were free a moment ago. */
export async function freePlace(): Promise<LocalGarage> {
  const [endpoint, admin] = await Promise.all([freePort(), freePort()]);
  return garage({ endpoint: `http://localhost:${endpoint}`, admin: `http://localhost:${admin}` }) as LocalGarage;
}
