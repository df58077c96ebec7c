import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Refusal, refuse } from "./errors.ts";

/** A request that has found its route. */
export interface Call {
  readonly request: IncomingMessage;
  /** The repository's name; empty where the route has none. */
  readonly name: string;
  /** The last part of the path: a digest, a tag, the id of an upload. */
  readonly target: string;
  readonly query: URLSearchParams;
}

export interface Reply {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array | Readable;
}

export type Handler = (call: Call) => Promise<Reply>;

/** Handlers by HTTP method. GET answers HEAD, too. */
export type Methods = Readonly<Record<string, Handler>>;

/** Sends a reply; a stream is sent as fast as the client takes it. */
export async function send(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  const { status, headers = {}, body = "" } = reply;
  const length = typeof body === "string" || body instanceof Uint8Array ? Buffer.byteLength(body) : undefined;
  // An answer without a body may have a length of its own (HEAD); 204 must have none (RFC 9110).
  const size = status === 204 || length === undefined ? {} : { "content-length": length };
  response.writeHead(status, { "docker-distribution-api-version": "registry/2.0", ...size, ...headers });
  if (typeof body === "string" || body instanceof Uint8Array) response.end(request.method === "HEAD" ? "" : body);
  else await pipeline(body, response);
}

export function json(value: unknown, headers: OutgoingHttpHeaders = {}, status = 200): Reply {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(value) };
}

/** The answer to a request that failed, and what to log of it: nothing when the client is to blame. */
export function failure(error: unknown): { readonly reply: Reply; readonly log?: string } {
  if (error instanceof Refusal) return { reply: json({ errors: error.faults }, error.headers, error.status) };
  const full = isFull(error);
  const message = full ? "No space left in the registry" : "Internal error of the registry";
  // 507: clients try 500 and 503 again at once, which would not help.
  const reply = json({ errors: [{ code: "UNKNOWN", message }] }, {}, full ? 507 : 500);
  return { reply, log: full ? message : String(error instanceof Error ? error.stack : error) };
}

function isFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return ["ENOSPC", "EDQUOT"].includes(code);
}

/** Whether the request brings content (RFC 9112 §6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** The whole content of a request. @throws Refusal SIZE_INVALID (413) when it is longer than `limit` bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = Number(request.headers["content-length"] ?? 0);
  if (size > limit) tooLong(limit);
  size = 0;
  // The connection is needed for the answer: the request is not destroyed when it is left early.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > limit) tooLong(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLong(limit: number): never {
  return refuse("SIZE_INVALID", `Content is longer than ${limit} bytes`, { status: 413 });
}
