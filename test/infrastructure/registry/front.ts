import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Context } from "../../rig/suite.ts";

/** Answers a request itself and gives true, or leaves it to the registry behind. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface Front {
  readonly address: string;
  /** `HEAD /v2/node/manifests/24` of every request, in order. */
  readonly seen: readonly string[];
}

/** An HTTP server before a registry, where tests let things go wrong. */
export async function front(t: Context, behind: string, intercept: Intercept): Promise<Front> {
  const seen: string[] = [];
  const server = createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    if (!intercept(incoming, outgoing)) forward(behind, incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.use({
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
  return { address: `localhost:${(server.address() as AddressInfo).port}`, seen };
}

/** Keeps the Host header, so that the locations that the registry names lead through the front. */
function forward(behind: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { authorization: _, ...headers } = incoming.headers;
  const url = new URL(incoming.url ?? "", `http://${behind}`);
  const through = request(url, { method: incoming.method ?? "GET", headers }, (reply) => {
    outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
    reply.pipe(outgoing);
  });
  through.on("error", () => outgoing.destroy());
  incoming.pipe(through);
}

/** Ends a request with a status, headers and a body. */
export function answer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = "",
): true {
  response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers }).end(body);
  return true;
}
