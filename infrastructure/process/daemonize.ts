import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { notStarted } from "./failure.ts";

export interface DaemonOptions {
  /** Gets both streams, from its beginning. */
  readonly logFile: string;
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a daemon that outlives this process, in a session of its own; gives its process id. */
export async function daemonize(command: readonly string[], { logFile, cwd, env }: DaemonOptions): Promise<number> {
  const [program = "", ...rest] = command;
  const log = openSync(logFile, "w", 0o600);
  try {
    const child = spawn(program, rest, { cwd, env, detached: true, stdio: ["ignore", log, log] });
    await once(child, "spawn");
    child.unref();
    return child.pid as number;
  } catch (error) {
    throw notStarted(command, error);
  } finally {
    closeSync(log);
  }
}
