import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes go with their length, anything else goes chunked. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const agent = new Agent({ keepAlive: true, timeout: 10_000 });

/** One HTTP request. The path is sent as it is given: `fetch` would tidy it. */
export function send(base: string, method: string, path: string, { headers = {}, body }: Ask = {}): Promise<Answer> {
  const { hostname, port } = new URL(base);
  const bytes = body instanceof Uint8Array ? body : new Uint8Array();
  const length = body === undefined || body instanceof Uint8Array ? { "content-length": bytes.length } : {};
  const sent = method === "GET" || method === "HEAD" ? {} : length;
  return new Promise((resolve, reject) => {
    const asking = request({ agent, hostname, port, method, path, headers: { ...sent, ...headers } }, (response) => {
      const { statusCode: status = 0, headers } = response;
      Array.fromAsync<Buffer>(response).then(
        (parts) => resolve({ status, headers, body: Buffer.concat(parts) }),
        reject,
      );
    });
    asking.once("error", reject);
    if (body === undefined || body instanceof Uint8Array) asking.end(bytes);
    else pipeline(Readable.from(body), asking).catch(reject);
  });
}
