import { health } from "../../../infrastructure/garage/admin.ts";
import { type GarageSetUp, setUp } from "../../../infrastructure/garage/bootstrap.ts";
import { setUpOf } from "../../../infrastructure/garage/credentials.ts";
import { composeSecrets } from "../../../infrastructure/garage/secrets.ts";
import { run } from "../../../infrastructure/process/run.ts";
import { start } from "../../../infrastructure/process/start.ts";
import { garage } from "../../../src/config/caches.ts";
import { compose, defaultOf } from "./file.ts";

// Runs where all ports are free and /var/lib is empty: starts Garage and docker-registry with the very files that
// docker-compose.yml mounts, asks their health checks, and prints what they said.

const [garageProgram = "", registryProgram = "", busybox = ""] = process.argv.slice(2);
const { services } = compose;
const signal = AbortSignal.timeout(20_000);

/** Asks until it is healthy, as compose does. */
async function healthy(command: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  for (;;) {
    const { code, stderr } = await run(command, { env, signal });
    if (code === 0) return "healthy";
    if (signal.aborted) return stderr;
  }
}

async function tryGarage(): Promise<unknown> {
  const given = Object.entries(services.garage.environment ?? {}).map(
    ([name, text]) => [name, defaultOf(text)] as const,
  );
  const env = Object.fromEntries(given);
  const program = [garageProgram, "-c", "infrastructure/garage/garage.toml"];
  const daemon = start([...program, "server"], { env });
  const checked = await healthy([...program, ...services.garage.healthcheck.test.slice(2)], env);
  const wanted = setUpOf(garage(), composeSecrets) as GarageSetUp;
  await setUp(wanted, signal);
  const { status } = await health(wanted.admin.endpoint, signal);
  await daemon.kill();
  return { checked, status };
}

async function tryRegistry(): Promise<unknown> {
  const daemon = start([registryProgram, "serve", "infrastructure/registry/config.yml"], { env: {} });
  const checked = await healthy([busybox, ...services.registry.healthcheck.test.slice(1)], {});
  // 405 where deleting is off.
  const nothing = `http://127.0.0.1:5000/v2/app/manifests/sha256:${"0".repeat(64)}`;
  const { status } = await fetch(nothing, { method: "DELETE" });
  await daemon.kill();
  return { checked, status };
}

console.log(JSON.stringify({ garage: await tryGarage(), registry: await tryRegistry() }));
