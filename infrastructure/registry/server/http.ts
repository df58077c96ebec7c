import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
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
  readonly body?: string | Uint8Array | FilePart;
}

/** Bytes of a file, from the first to the last; both count. */
export interface FilePart {
  readonly path: string;
  readonly first: number;
  readonly last: number;
}

/** Bytes per read of a file: few turns between threads, and little memory with many transfers at once. */
export const blockSize = 512 * 1024;

export type Handler = (call: Call) => Promise<Reply>;

/** Handlers by HTTP method. GET answers HEAD, too. */
export type Methods = Readonly<Record<string, Handler>>;

/** Sends a reply; a file as fast as the client takes it. */
export async function send(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  const { status, headers = {}, body = "" } = reply;
  const whole = typeof body === "string" || body instanceof Uint8Array;
  // An answer without a body may have a length of its own (HEAD); 204 must have none (RFC 9110).
  const length = whole && status !== 204 ? { "content-length": Buffer.byteLength(body) } : {};
  response.writeHead(status, { "docker-distribution-api-version": "registry/2.0", ...length, ...headers });
  if (request.method === "HEAD") response.end();
  else if (whole) response.end(body);
  else await sendFile(response, body);
}

/** One block for the whole file: streams take a new one for each read, which the garbage collector is slow to free. */
async function sendFile(response: ServerResponse, { path, first, last }: FilePart): Promise<void> {
  await using file: FileHandle = await open(path);
  const block = Buffer.allocUnsafeSlow(Math.min(blockSize, last - first + 1));
  for (let at = first; at <= last; ) {
    const { bytesRead } = await file.read(block, 0, Math.min(block.length, last - at + 1), at);
    if (bytesRead === 0) throw new Error(`${path} ends before byte ${last}`);
    await write(response, block.subarray(0, bytesRead));
    at += bytesRead;
  }
  response.end();
}

/** Resolves when the bytes have gone out and their memory may be used again. */
function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
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
