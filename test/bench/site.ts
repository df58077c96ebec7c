import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { tool } from "../rig/tools.ts";
import { timed } from "./measure.ts";

/** The command that runs the tool from its sources. */
export const imageManager: readonly string[] = [process.execPath, resolve("bin/image-manager.cjs")];

/** A place to measure in, with a home, daemons and a registry of its own: nothing of the user's is used or changed. */
export interface Site extends AsyncDisposable {
  readonly folder: string;
  /** For the hosted registry: nobody listened there. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** Where this tool keeps its finished work, and its data. */
  readonly cache: string;
  readonly state: string;
  /** The socket of the site's buildkitd, once it was started. */
  readonly builder: string;
  /** Runs the tool in a folder and gives the milliseconds it took. */
  run(cwd: string, ...args: readonly string[]): Promise<number>;
  /** Runs any command there. */
  time(cwd: string, command: readonly string[]): Promise<number>;
}

/** Opens a site; disposing of it ends its daemons and removes it. */
export async function openSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), "image-manager-bench-"));
  const at = (name: string) => join(folder, name);
  const { PATH = "" } = process.env;
  const xdg = { XDG_CACHE_HOME: at("cache"), XDG_STATE_HOME: at("state"), XDG_RUNTIME_DIR: at("run") };
  // Not NODE_EXTRA_CA_CERTS and its like: they slow every start of Node.
  const env = { PATH, HOME: at("home"), ...xdg };
  const cache = at("cache/image-manager");
  const tools = dirname(dirname(await tool("buildctl")));
  for (const path of [cache, env.HOME, at("state"), at("run")]) await mkdir(path, { recursive: true, mode: 0o700 });
  // Built once for all sites, by whoever came first.
  await symlink(tools, join(cache, "tools"));
  const time: Site["time"] = (cwd, command) => timed(command, { cwd, env, log: at("log") });
  const run: Site["run"] = (cwd, ...args) => time(cwd, [...imageManager, ...args]);
  return {
    folder,
    port: await freePort(),
    env,
    cache,
    state: at("state/image-manager"),
    builder: `unix://${at("run/image-manager/buildkitd/buildkitd.sock")}`,
    run,
    time,
    [Symbol.asyncDispose]: async () => {
      await run(folder, "stop");
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/**
 * Takes everything away that a build could use again: the builder's state, the registry's content, finished work.
 *
 * The builder is a new one each time: after `buildctl prune --all` it may still be slow from what was in it.
 */
export async function empty(site: Site, project: string): Promise<void> {
  await site.run(project, "stop");
  for (const path of [site.state, join(site.cache, "entries"), join(project, "dist")]) {
    await rm(path, { recursive: true, force: true });
  }
  await site.run(project, "start");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
