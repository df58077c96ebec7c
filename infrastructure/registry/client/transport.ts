import type { Agent, Dispatcher } from "undici";
import type { Uploadable } from "../../../src/ports.ts";

/** One HTTP request to a registry, to its token service, or to where it redirects. */
export interface Request {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** A blob is opened anew each time the request is sent. */
  readonly body?: Uint8Array | string | Uploadable;
  /** A successful reply's body is handed out as it comes instead of being read whole. */
  readonly stream?: boolean;
  /** What is asked of the registry, for those that want to know who asks; absent where nobody may learn that. */
  readonly access?: Access;
  readonly signal?: AbortSignal | undefined;
}

/** A registry's address as configured, the repository, and token scopes: `repository:team/node:pull`. */
export interface Access {
  readonly address: string;
  readonly repository: string;
  readonly scopes: readonly string[];
}

/** What came back, whatever the status says. */
export interface Reply {
  readonly status: number;
  /** Names in lower case; repeated ones joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly url: URL;
  /** Empty when the body is streamed. */
  readonly body: Uint8Array;
  readonly stream: AsyncIterable<Uint8Array>;
}

/** Sends a request and gives whatever is answered; throws only when nothing is. Wrappers around it have this type, too. */
export type Send = (request: Request) => Promise<Reply>;

/** What all requests have in common. */
export interface TransportOptions {
  /** Connections kept to one host at most. */
  readonly connections: number;
  readonly userAgent: string;
}

/** HTTP/1.1 with connections kept alive. Nothing is loaded or opened before the first request. */
export function createTransport({ connections, userAgent }: TransportOptions): { send: Send } & AsyncDisposable {
  let loading: Promise<Client> | undefined;
  const send: Send = async (request) => {
    loading ??= load(connections);
    const { agent, call } = await loading;
    const reply = await call.call(agent, optionsOf(request, userAgent));
    return await replyOf(request, reply);
  };
  return { send, [Symbol.asyncDispose]: async () => await (await loading)?.agent.destroy() };
}

/** undici, loaded. */
interface Client {
  readonly agent: Agent;
  readonly call: (this: Dispatcher, options: Dispatcher.RequestOptions) => Promise<Dispatcher.ResponseData>;
}

async function load(connections: number): Promise<Client> {
  const [{ default: Constructor }, { default: call }] = await Promise.all([
    import("undici/lib/dispatcher/agent.js"),
    import("undici/lib/api/api-request.js"),
  ]);
  // A stalled transfer is given up after a minute; it is then resumed or tried again.
  return { agent: new Constructor({ connections, bodyTimeout: 60_000, connect: { timeout: 10_000 } }), call };
}

/** Milliseconds to the first byte: a registry hashes or moves a whole blob before it answers PUT. */
const headersTimeouts = { HEAD: 20_000, GET: 20_000, POST: 60_000, PUT: 600_000 };

function optionsOf({ method, url, headers, body, signal }: Request, userAgent: string): Dispatcher.RequestOptions {
  const blob = body !== undefined && typeof body === "object" && "open" in body ? body : undefined;
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { "user-agent": userAgent, ...(blob && { "content-length": String(blob.size) }), ...headers },
    // undici takes async iterables, its types do not know.
    body: (blob ? blob.open() : body) as Uint8Array | string | undefined,
    signal,
    headersTimeout: headersTimeouts[method],
    // undici closes the connection after every HEAD unless told otherwise.
    ...(method === "HEAD" && { reset: false }),
  } as Dispatcher.RequestOptions;
}

async function replyOf(
  { stream, url }: Request,
  { statusCode, headers, body }: Dispatcher.ResponseData,
): Promise<Reply> {
  const streamed = stream === true && statusCode < 300;
  return {
    status: statusCode,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? "")])),
    url,
    body: streamed ? new Uint8Array() : await body.bytes(),
    stream: body,
  };
}
