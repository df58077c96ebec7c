import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { failure, send } from "./http.ts";
import { createRouter } from "./routes.ts";
import { openStorage } from "./storage.ts";

export interface HandlerOptions {
  /** Where everything is kept; made when it is not there. */
  readonly folder: string;
  /** Gets what went wrong on the registry's side, a line or a stack each. */
  readonly log?: (message: string) => void;
}

export interface RegistryOptions extends HandlerOptions {
  /** `127.0.0.1` unless given. */
  readonly host?: string;
  /** A free one unless given. */
  readonly port?: number;
}

export interface RunningRegistry extends AsyncDisposable {
  /** `127.0.0.1:5050` */
  readonly address: string;
  /** `http://127.0.0.1:5050` */
  readonly url: string;
  /** Stops listening and cuts off what is still under way. */
  close(): Promise<void>;
}

/** An OCI registry (distribution-spec 1.1) as a listener for a server of one's own. No authentication. */
export async function createRegistryHandler({ folder, log = () => {} }: HandlerOptions): Promise<RequestListener> {
  const answer = createRouter(await openStorage(folder));
  return (request, response) => {
    answer(request)
      .catch((error: unknown) => {
        const failed = failure(error);
        if (failed.log !== undefined && !request.destroyed) log(`${request.method} ${request.url}: ${failed.log}`);
        return failed.reply;
      })
      .then((reply) => send(request, response, reply))
      // The client went away, or the file could not be read to its end: a broken connection is all that can tell.
      .catch(() => response.destroy());
  };
}

/** Starts an OCI registry (distribution-spec 1.1) that keeps its content in a folder. */
export async function startRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const { host = "127.0.0.1", port = 0 } = options;
  // No limit for a whole request: layers are large and networks slow. Go's clients keep connections for 90 seconds.
  const settings = { requestTimeout: 0, keepAliveTimeout: 120_000 };
  const server = createServer(settings, await createRegistryHandler(options));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  const address = `${host.includes(":") ? `[${host}]` : host}:${bound}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { address, url: `http://${address}`, close, [Symbol.asyncDispose]: close };
}
