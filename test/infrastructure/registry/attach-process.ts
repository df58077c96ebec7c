import { createLocks } from "../../../infrastructure/process/locks.ts";
import { createRegistry } from "../../../infrastructure/registry/client/client.ts";
import { attachingInTurn } from "../../../infrastructure/registry/in-turn.ts";
import type { Digest } from "../../../src/entry.ts";
import { artifactOn, repository } from "./images.ts";

// A program: attaches artifacts named NAME-0 to NAME-9 to an image, all at once.

const [address = "", subject = "", size = "", name = "", folder = ""] = process.argv.slice(2);
await using client = createRegistry({ credentials: { find: async () => undefined }, userAgent: "test" });
const registry = attachingInTurn(client, createLocks(folder));
const to = repository(address, "node");
const on = { digest: subject as Digest, size: Number(size) };
const artifacts = Array.from({ length: 10 }, (_, i) => artifactOn(on, `${name}-${i}`));
await Promise.all(artifacts.map((artifact) => registry.attach(to, on.digest, artifact)));
