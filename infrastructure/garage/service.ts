import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sha256 } from "../../src/graph/key.ts";
import { canonical, type Json } from "../../src/json.ts";
import { fail, type Problem } from "../../src/problem.ts";
import { accepts } from "../services/connect.ts";
import { createDaemon, type DaemonKind, type Launch } from "../services/daemon.ts";
import { readRecord } from "../services/record.ts";
import type { Service, ServiceListener, ServicePaths, ServiceState } from "../services/service.ts";
import { type ToolName, toolVersion } from "../tools/manifest.ts";
import { health } from "./admin.ts";
import { setUp } from "./bootstrap.ts";
import { complete, credentialVariables, setUpOf } from "./credentials.ts";
import type { LocalGarage } from "./local.ts";
import { nativeConfiguration } from "./native.ts";
import { ensureSecrets, garageFolder } from "./secrets.ts";

export interface GarageOptions {
  readonly place: LocalGarage;
  readonly paths: ServicePaths;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of a program of the manifest, got when it is not there. */
  readonly tool: (name: ToolName) => Promise<string>;
  readonly emit: ServiceListener;
}

const name = "garage";

/** Garage on this machine: the one that answers there, as docker compose starts it, else one of our own. */
export function createGarage(options: GarageOptions): Service {
  const { place, paths, emit } = options;
  const kind = nativeKind(options);
  const own = createDaemon(kind, paths, emit);
  const found: ServiceState = { name, state: "running", address: kind.address, mode: "foreign" };
  const isOurs = async () => (await readRecord(paths.runtime, name))?.address === kind.address;
  return {
    name,
    start: async (signal) => {
      const answer = (await isOurs()) ? "nothing" : await look(place);
      // Another command may have started ours between the two looks.
      if (answer === "nothing" || (await isOurs())) return await startOwn(own, options, signal);
      return answer === "garage" ? found : fail(portTaken(place));
    },
    stop: () => own.stop(),
    status: async () => (!(await isOurs()) && (await probe(place)) === "garage" ? found : own.status()),
  };
}

/** It can be used at once: the bucket is there, and the key that may write to it. */
async function startOwn(
  own: Service,
  { place, paths, environment }: GarageOptions,
  signal: AbortSignal = new AbortController().signal,
): Promise<ServiceState> {
  const state = await own.start(signal);
  const wanted = setUpOf(place, await credentialVariables(place, paths, environment));
  if (wanted !== undefined) await setUp(wanted, signal);
  return state;
}

function nativeKind(options: GarageOptions): DaemonKind {
  const { place, paths, environment } = options;
  const version = toolVersion(name);
  const folder = garageFolder(paths);
  // A Garage knows only the token it was started with: for another one it has to be started again.
  const token = sha256(environment[place.admin.token] ?? "");
  const settings: Json = { folder, endpoint: place.endpoint, admin: place.admin.endpoint, version, token };
  return {
    name,
    address: new URL(place.endpoint).host,
    version,
    logFile: join(paths.state, "log", "garage.log"),
    fix: "See what the log says, or start it with 'docker compose up -d garage'",
    suits: (found) => canonical(found) === canonical(settings),
    launch: async () => ({ ...(await prepare(options, folder)), cwd: folder, mode: "native", settings }),
    answers: () => accepts(socketOf(place.endpoint)),
    ready: async () => (await probe(place)) === "garage",
  };
}

async function prepare(
  { place, environment, tool }: GarageOptions,
  folder: string,
): Promise<Pick<Launch, "command" | "env">> {
  const program = await tool(name);
  const secrets = await ensureSecrets(folder);
  const token = complete(environment, secrets)[place.admin.token] || secrets.GARAGE_ADMIN_TOKEN;
  const configuration = join(folder, "garage.toml");
  const text = await nativeConfiguration({ s3: place.endpoint, admin: place.admin.endpoint });
  await writeFile(configuration, text, { mode: 0o600 });
  return {
    command: [program, "-c", configuration, "server"],
    env: {
      GARAGE_RPC_SECRET: secrets.GARAGE_RPC_SECRET,
      GARAGE_ADMIN_TOKEN: token,
      // A line for every request would fill the disk in time.
      RUST_LOG: "garage=warn",
      NO_COLOR: "1",
    },
  };
}

type Answer = "garage" | "other" | "nothing";

/** What answers where Garage should: its health check names a call of its admin API. */
async function probe({ endpoint, admin }: LocalGarage): Promise<Answer> {
  try {
    const { text } = await health(admin.endpoint, AbortSignal.timeout(2000));
    return text.includes("/v2/GetClusterHealth") ? "garage" : "other";
  } catch {
    const taken = await Promise.all([endpoint, admin.endpoint].map((url) => accepts(socketOf(url))));
    return taken.includes(true) ? "other" : "nothing";
  }
}

/** The same after a moment: a Garage that was killed takes connections as long as one of its threads is left. */
async function look(place: LocalGarage): Promise<Answer> {
  for (let tries = 0; ; tries += 1) {
    const answer = await probe(place);
    if (answer !== "other" || tries === 10) return answer;
    await sleep(100);
  }
}

function socketOf(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) };
}

function portTaken({ endpoint, admin }: LocalGarage): Problem {
  return {
    code: "port-taken",
    kind: "service",
    message: `Cannot start Garage at ${endpoint} and ${admin.endpoint}: something that is no Garage listens there`,
    fix: 'End it, or take other ports: garage({ endpoint: "http://localhost:4900", admin: "http://localhost:4903" })',
  };
}
