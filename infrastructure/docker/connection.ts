import { readFileSync } from "node:fs";
import { request } from "node:http";
import { request as requestTls } from "node:https";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { fail, ImagesError, type Problem } from "../../src/problem.ts";

/** What says how to reach a Docker daemon, beside its address: DOCKER_TLS_VERIFY, DOCKER_CERT_PATH, HOME. */
export type DockerVariables = Readonly<Record<string, string | undefined>>;

/** Where a daemon listens: as DOCKER_HOST has it, and as Node's request functions take it. */
export interface DockerPlace {
  readonly host: string;
  readonly send: typeof request;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Reads an address in the notation of DOCKER_HOST. @throws ImagesError `docker-address` */
export function placeOf(
  host: string,
  { DOCKER_TLS_VERIFY, DOCKER_CERT_PATH, HOME = "" }: DockerVariables,
): DockerPlace {
  const [, scheme, place = ""] = /^(unix|tcp|http|https):\/\/(.+)$/.exec(host) ?? [];
  if (scheme === undefined) return wrongAddress(host);
  if (scheme === "unix") return { host, send: request, options: { socketPath: place } };
  const { hostname, port } = new URL(`http://${place}`);
  const tls = Boolean(DOCKER_TLS_VERIFY) || scheme === "https";
  const to = { hostname: hostname.replace(/^\[|\]$/g, ""), port: port || (tls ? 2376 : 2375) };
  if (!tls) return { host, send: request, options: to };
  const pem = (name: string) => readFileSync(join(DOCKER_CERT_PATH || join(HOME, ".docker"), `${name}.pem`));
  return { host, send: requestTls, options: { ...to, ca: pem("ca"), cert: pem("cert"), key: pem("key") } };
}

/** Something long that is sent, and what ends it early. */
export interface Upload {
  readonly content: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/** Milliseconds: questions are answered at once, only an upload takes long. */
const patience = 10_000;

/** One request on a connection of its own. @throws ImagesError `docker-unreachable`, and what an upload's content throws */
export async function call(
  { host, send, options }: DockerPlace,
  method: "GET" | "POST" | "DELETE",
  path: string,
  upload?: Upload,
): Promise<{ readonly status: number; readonly body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const signal = upload?.signal ?? AbortSignal.timeout(patience);
  const sending = send({ ...options, signal, method, path, agent: false }, (response) => {
    text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
  });
  sending.once("error", reject);
  const sent = upload ? pipeline(Readable.from(upload.content), sending) : Promise.resolve(void sending.end());
  // A daemon that refuses what is uploaded answers and closes its input: what it says is the better reason.
  const [ended, answered] = await Promise.allSettled([sent, promise]);
  if (answered.status === "fulfilled") return answered.value;
  upload?.signal.throwIfAborted();
  const reason: unknown = ended.status === "rejected" ? ended.reason : answered.reason;
  throw reason instanceof ImagesError ? reason : new ImagesError(unreachable(host, reason), { cause: reason });
}

/** What is said when nothing answers, and why nothing does. */
export function unreachable(host: string, reason?: unknown): Problem {
  return {
    code: "docker-unreachable",
    kind: "service",
    message: `Docker not reachable at ${host}`,
    ...(reason instanceof Error ? { found: reason.message } : {}),
    fix: "Start it, or unset DOCKER_HOST to have one started",
  };
}

function wrongAddress(host: string): never {
  return fail({
    code: "docker-address",
    kind: "service",
    message: `Cannot use DOCKER_HOST=${host}`,
    wanted: "unix:///path/to/docker.sock or tcp://host:port",
    fix: "container-structure-test takes no other address: set DOCKER_HOST to one of these, or unset it",
  });
}
