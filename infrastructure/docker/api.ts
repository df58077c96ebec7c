import { readFileSync } from "node:fs";
import { request } from "node:http";
import { request as requestTls } from "node:https";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { fail } from "../../src/problem.ts";

/** What says how to reach a Docker daemon, beside its address: DOCKER_TLS_VERIFY, DOCKER_CERT_PATH, HOME. */
export type DockerVariables = Readonly<Record<string, string | undefined>>;

/** A client of the Docker Engine API (1.41 and later), as far as tests need it. */
export interface Docker {
  /** Whether it answers, within a few seconds. */
  ping(): Promise<boolean>;
  /** Streams in what `docker save` writes. @throws ImagesError `load-failed` with what the daemon said */
  load(archive: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** Command lines of the containers that run now and were made from an image or from what was made from it. */
  running(image: string): Promise<readonly string[]>;
  /** Removes an image with everything that was made from it, as far as it is there. */
  remove(image: string): Promise<void>;
}

/** A client for an address in the notation of DOCKER_HOST. @throws ImagesError `docker-address` */
export function createDocker(host: string, variables: DockerVariables): Docker {
  const daemon = placeOf(host, variables);
  const ask = async <T>(path: string) => JSON.parse((await call(daemon, "GET", path)).body) as T;
  const made = (image: string) =>
    ask<readonly Container[]>(
      `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ ancestor: [image] }))}`,
    );
  return {
    ping: () =>
      call(daemon, "GET", "/_ping").then(
        ({ status }) => status === 200,
        () => false,
      ),
    load: async (archive, signal) => {
      const { status, body } = await call(daemon, "POST", "/images/load?quiet=1", { archive, signal });
      const said = status === 200 ? refusal(body) : messageIn(body);
      if (said !== undefined)
        fail({ code: "load-failed", kind: "task", message: `Docker cannot load the image: ${said}` });
    },
    running: async (image) =>
      (await made(image)).filter(({ State }) => State === "running").map(({ Command }) => Command),
    remove: async (image) => {
      const found = await ask<Image>(`/images/${image}/json`);
      // An answer without an id says that there is no such image.
      if (found.Id === undefined) return;
      for (const { Id } of await made(image)) await call(daemon, "DELETE", `/containers/${Id}?force=1&v=1`);
      const all = await ask<readonly Image[]>("/images/json?all=1");
      for (const id of descendants(found.Id, all)) await call(daemon, "DELETE", `/images/${id}?force=1`);
      await call(daemon, "DELETE", `/images/${image}?force=1`);
    },
  };
}

interface Container {
  readonly Id: string;
  readonly State: string;
  readonly Command: string;
}

interface Image {
  readonly Id?: string;
  readonly ParentId?: string;
}

/** Images committed on top of one, the youngest generation first. */
function descendants(parent: string, all: readonly Image[]): readonly string[] {
  return all.flatMap(({ Id, ParentId }) =>
    Id !== undefined && ParentId === parent ? [...descendants(Id, all), Id] : [],
  );
}

/** The daemon reports what goes wrong while it loads in lines of JSON below a 200. */
function refusal(lines: string): string | undefined {
  return lines
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { readonly error?: string }).error)
    .find(Boolean);
}

function messageIn(body: string): string {
  try {
    return (JSON.parse(body) as { readonly message: string }).message;
  } catch {
    return body.trim();
  }
}

/** Node's options for the connection, and the function that takes them. */
interface Daemon {
  readonly send: typeof request;
  readonly connection: Readonly<Record<string, unknown>>;
}

function placeOf(host: string, { DOCKER_TLS_VERIFY, DOCKER_CERT_PATH, HOME = "" }: DockerVariables): Daemon {
  const [, scheme, place = ""] = /^(unix|tcp|http|https):\/\/(.+)$/.exec(host) ?? [];
  if (scheme === "unix") return { send: request, connection: { socketPath: place } };
  if (scheme === undefined) return wrongAddress(host);
  const { hostname, port } = new URL(`http://${place}`);
  const tls = Boolean(DOCKER_TLS_VERIFY) || scheme === "https";
  const to = { hostname: hostname.replace(/^\[|\]$/g, ""), port: port || (tls ? 2376 : 2375) };
  if (!tls) return { send: request, connection: to };
  const pem = (name: string) => readFileSync(join(DOCKER_CERT_PATH || join(HOME, ".docker"), `${name}.pem`));
  return { send: requestTls, connection: { ...to, ca: pem("ca"), cert: pem("cert"), key: pem("key") } };
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

interface Body {
  readonly archive: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/** Questions are answered at once; only an archive takes long. */
const patience = 10_000;

async function call(
  { send, connection }: Daemon,
  method: string,
  path: string,
  body?: Body,
): Promise<{ readonly status: number; readonly body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const limit = body ? { signal: body.signal } : { signal: AbortSignal.timeout(patience) };
  const sending = send({ ...connection, ...limit, method, path, agent: false }, (response) => {
    text(response).then((said) => resolve({ status: response.statusCode ?? 0, body: said }), reject);
  });
  sending.once("error", reject);
  const sent = body ? pipeline(Readable.from(body.archive), sending) : Promise.resolve(void sending.end());
  // A daemon that refuses the archive answers and closes its input: what it says is the better reason.
  const [ended, answered] = await Promise.allSettled([sent, promise]);
  if (answered.status === "fulfilled") return answered.value;
  throw ended.status === "rejected" ? ended.reason : answered.reason;
}
