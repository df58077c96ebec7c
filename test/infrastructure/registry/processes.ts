import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runtimeCommand } from "../../../infrastructure/process/runtime.ts";
import { type Ended, start } from "../../../infrastructure/process/start.ts";

/** A registry in a process of its own. */
export interface RegistryProcess extends AsyncDisposable {
  /** `127.0.0.1:5050` */
  readonly address: string;
  /** `http://127.0.0.1:5050` */
  readonly url: string;
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** The last lines it wrote. */
  readonly output: readonly string[];
}

/** From the Debian package of the same name. */
export const dockerRegistry = "docker-registry";

/** Starts the embedded registry as `start registry` does. */
export function startEmbedded(folder: string): Promise<RegistryProcess> {
  const main = new URL("../../../infrastructure/registry/server/main.ts", import.meta.url);
  return startProcess([...runtimeCommand(main), "--folder", folder, "--address", "127.0.0.1:0"]);
}

/** Starts Debian's docker-registry. Its configuration is YAML, and so it may be JSON. */
export async function startDockerRegistry(folder: string): Promise<RegistryProcess> {
  const storage = { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } };
  const file = join(folder, "config.yml");
  await writeFile(file, JSON.stringify({ version: 0.1, storage, http: { addr: "127.0.0.1:0" } }));
  return startProcess([dockerRegistry, "serve", file]);
}

/** Starts a registry of any kind. All say `listening on HOST:PORT` when they do. */
export function startProcess(command: readonly string[]): Promise<RegistryProcess> {
  return new Promise((resolve, reject) => {
    const {
      pid = 0,
      done,
      tail,
      kill,
    } = start(command, {
      onLine: (_, line) => {
        const address = /listening on ([\d.]+:\d+)/.exec(line)?.[1];
        if (address === undefined) return;
        const dispose = () => kill();
        resolve({ address, url: `http://${address}`, pid, ended: done, output: tail, [Symbol.asyncDispose]: dispose });
      },
    });
    done.then(() => reject(new Error(`It ended early: ${tail.join("\n")}`)), reject);
  });
}
