import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Context } from "../../rig/suite.ts";

/** A registry on a port of its own; gives its address. */
export async function realRegistry(t: Context): Promise<string> {
  const folder = await t.folder();
  const config = { version: 0.1, storage: { filesystem: { rootdirectory: folder } }, http: { addr: "127.0.0.1:0" } };
  await writeFile(join(folder, "config.yml"), JSON.stringify(config));
  const child = spawn("docker-registry", ["serve", join(folder, "config.yml")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  t.use({
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        child.once("exit", () => resolve());
        child.kill();
      }),
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const port = /listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port) {
      child.stderr.resume();
      return `localhost:${port}`;
    }
  }
  throw new Error("docker-registry did not start");
}
