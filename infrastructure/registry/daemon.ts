import { mkdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { canonical } from "../../src/json.ts";
import { isLoopback } from "../../src/model/address.ts";
import { fail, type Problem } from "../../src/problem.ts";
import { runtimeCommand } from "../process/runtime.ts";
import { accepts } from "../services/connect.ts";
import { createDaemon } from "../services/daemon.ts";
import { readRecord } from "../services/record.ts";
import type { Service, ServiceListener, ServicePaths, ServiceState } from "../services/service.ts";

export interface RegistryOptions {
  readonly paths: ServicePaths;
  /** `localhost:5050`; elsewhere than on loopback it is only looked for. */
  readonly address: string;
  /** Of this tool: a newer one brings a newer registry. */
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly emit: ServiceListener;
}

const name = "registry";

/** The hosted registry: whatever registry answers at the address, else the embedded one, started there. */
export function createHostedRegistry(options: RegistryOptions): Service {
  const { paths, address } = options;
  if (!isLoopback(address)) return distant(options);
  const own = embedded(options);
  const found: ServiceState = { name, state: "running", address, mode: "foreign" };
  const isOurs = async () => (await readRecord(paths.runtime, name))?.address === address;
  return {
    name,
    start: async (signal) => {
      const answer = (await isOurs()) ? "nothing" : await probe(address);
      // Another command may have started ours between the two looks.
      if (answer === "nothing" || (await isOurs())) return own.start(signal);
      return answer === "registry" ? found : fail(portTaken(address));
    },
    stop: () => own.stop(),
    status: async () => (!(await isOurs()) && (await probe(address)) === "registry" ? found : own.status()),
  };
}

/** On another machine nothing can be started. What ran here for another configuration can be ended. */
function distant(options: RegistryOptions): Service {
  const { address } = options;
  const status = async (): Promise<ServiceState> => {
    const there = (await probe(address)) === "registry";
    return { name, state: there ? "running" : "unreachable", address, mode: "foreign" };
  };
  return {
    name,
    start: async () => {
      const found = await status();
      return found.state === "running" ? found : fail(unreachable(address));
    },
    stop: () => embedded(options).stop(),
    status,
  };
}

function unreachable(address: string): Problem {
  return {
    code: "registry-unreachable",
    kind: "service",
    message: `Registry not reachable at ${address}`,
    fix: "Start it on its machine, or name another registry in the configuration",
  };
}

function embedded({ paths, address, version, environment, emit }: RegistryOptions): Service {
  const folder = join(paths.state, "registry");
  // Compiled code lies under node_modules, where Node strips no types.
  const server = new URL(`server/main${extname(import.meta.url)}`, import.meta.url);
  const command = [...runtimeCommand(server), "--folder", folder, "--address", address];
  const settings = { folder, address, version };
  return createDaemon(
    {
      name,
      address,
      version,
      logFile: join(paths.state, "log", "registry.log"),
      fix: "Name another registry in the configuration, or see what the log says",
      suits: (found) => canonical(found) === canonical(settings),
      launch: async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const env = { PATH: environment.PATH ?? "", HOME: environment.HOME ?? "" };
        return { command, env, cwd: folder, mode: "native", settings };
      },
      answers: (at) => accepts(endpointOf(at)),
      ready: async () => (await probe(address)) === "registry",
    },
    paths,
    emit,
  );
}

/** What answers at an address: an OCI registry says 200 or 401 to `GET /v2/` (distribution-spec 1.1, end-1). */
export function probe(address: string): Promise<"registry" | "other" | "nothing"> {
  // An import would load all that is lazy in it, fetch and WebSocket, which takes longer than the question.
  const protocol = isLoopback(address) ? "http" : "https";
  const { get } = process.getBuiltinModule(`node:${protocol}`);
  return new Promise((resolve) => {
    const request = get(`${protocol}://${address}/v2/`, { timeout: 2000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 || response.statusCode === 401 ? "registry" : "other");
    });
    request.once("timeout", () => request.destroy(new Error("No answer in time")));
    request.once("error", (error) => resolve(isGone(error) ? "nothing" : "other"));
  });
}

function endpointOf(address: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(`http://${address}`);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) };
}

/** Nobody listens, or whoever did is just ending. Several addresses of one name make one error of several. */
function isGone(error: Error): boolean {
  const errors = error instanceof AggregateError ? error.errors : [error];
  return errors.every(({ code }: NodeJS.ErrnoException) => code === "ECONNREFUSED" || code === "ECONNRESET");
}

function portTaken(address: string): Problem {
  return {
    code: "port-taken",
    kind: "service",
    message: `Cannot start the registry at ${address}: something that is no registry listens there`,
    fix: "End it, or take another port: registry: hosted({ port: 5051 })",
  };
}
