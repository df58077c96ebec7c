import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import * as assert from "uvu/assert";
import { createRegistry } from "../../../infrastructure/registry/client/client.ts";
import { impatient } from "../../../infrastructure/registry/elsewhere.ts";
import { type Context, suite } from "../../rig/suite.ts";

const test = suite("registries elsewhere");

const digest = `sha256:${"0".repeat(64)}` as const;

function repositoryAt(address: string) {
  return { place: { address, builderAddress: address }, name: "app" };
}

/** A client with 300 ms of patience, and something that takes connections and never answers. */
async function hanging(t: Context) {
  const registry = createRegistry({ credentials: { find: async () => undefined }, userAgent: "test" });
  t.use(registry);
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => sockets.add(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.use({
    [Symbol.dispose]: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { elsewhere: impatient(registry, 300), address, sockets };
}

async function fails(work: Promise<unknown>): Promise<{ readonly took: number; readonly error: unknown }> {
  const begin = performance.now();
  const error = await work.then(
    () => assert.unreachable(),
    (error: unknown) => error,
  );
  return { took: performance.now() - begin, error };
}

test("head() waits for a silent registry once", async (t) => {
  const { elsewhere, address, sockets } = await hanging(t);
  const first = await fails(elsewhere.head(repositoryAt(address), digest, t.signal));
  assert.ok(first.took > 250 && first.took < 1000, `${first.took} ms`);
  const second = await fails(elsewhere.head(repositoryAt(address), digest, t.signal));
  assert.ok(second.took < 50, `${second.took} ms`);
  assert.is(second.error, first.error);
  assert.is(sockets.size, 1);
});

test("head() does not ask a registry again that was not there", async (t) => {
  const { elsewhere } = await hanging(t);
  const first = await fails(elsewhere.head(repositoryAt("127.0.0.1:1"), digest, t.signal));
  assert.is((first.error as Error).message, "Registry not reachable at 127.0.0.1:1");
  const second = await fails(elsewhere.head(repositoryAt("127.0.0.1:1"), digest, t.signal));
  assert.is(second.error, first.error);
});

test("head() that was stopped says nothing of the registry", async (t) => {
  const { elsewhere, address, sockets } = await hanging(t);
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("Stopped")), 50);
  const { error } = await fails(elsewhere.head(repositoryAt(address), digest, stop.signal));
  assert.is((error as Error).message, "Stopped");
  await fails(elsewhere.head(repositoryAt(address), digest, t.signal));
  assert.ok(sockets.size >= 1);
});
