import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Context } from "./context.ts";

/** A way to a server that a test can make bad. */
export interface Proxy {
  /** `http://127.0.0.1:40123` */
  readonly address: string;
  /** How many connections there have been. */
  connections(): number;
  /** From now on nothing moves in either direction, on old connections and new ones. */
  freeze(): void;
  /** All connections break, and new ones are refused. */
  cut(): void;
  /** What the server sends goes on in pieces of this many bytes, one every 20 ms. */
  slow(bytes: number): void;
}

/** Stands before the server at an address (`http://localhost:3900`) until the test is over. */
export async function proxyTo(t: Context, address: string): Promise<Proxy> {
  const { hostname, port } = new URL(address);
  const sockets = new Set<Socket>();
  let [connections, frozen, piece] = [0, false, 0];
  const server = createServer((near) => {
    connections += 1;
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      if (frozen) socket.pause();
    }
    near.on("close", () => far.destroy());
    far.on("close", () => near.end());
    near.on("data", (bytes) => frozen || far.write(bytes));
    far.on("data", (bytes: Buffer) => void (piece > 0 ? drip(far, near, bytes, piece) : frozen || near.write(bytes)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  t.use({ [Symbol.dispose]: cut });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    freeze: () => {
      frozen = true;
    },
    cut,
    slow: (bytes) => {
      piece = bytes;
    },
  };
}

async function drip(from: Socket, to: Socket, bytes: Buffer, piece: number): Promise<void> {
  from.pause();
  for (let at = 0; at < bytes.length && !to.destroyed; at += piece) {
    to.write(bytes.subarray(at, at + piece));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  from.resume();
}
