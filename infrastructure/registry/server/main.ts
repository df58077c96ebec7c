import { parseArgs } from "node:util";
import { startRegistry } from "./mod.ts";

// The embedded registry as a process of its own: main.ts --folder DIR --address HOST:PORT

const { values } = parseArgs({ options: { folder: { type: "string" }, address: { type: "string" } } });
const [, host, port] = /^(.+):(\d+)$/.exec(values.address ?? "") ?? [];
if (values.folder === undefined || host === undefined) {
  console.error("Usage: main.ts --folder DIR --address HOST:PORT");
  process.exit(2);
}

const registry = await startRegistry({
  folder: values.folder,
  host: bindable(host),
  port: Number(port),
  log: (message) => console.error(message),
});
console.log(`listening on ${registry.address}`);

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void registry.close());

/** `localhost` may stand for ::1 alone; who asks for it tries 127.0.0.1 as well. */
function bindable(host: string): string {
  return host === "localhost" ? "127.0.0.1" : host.replace(/^\[(.*)\]$/, "$1");
}
