import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import satisfies from "semver/functions/satisfies.js";
import type { Locks } from "../../src/ports.ts";
import { run } from "../process/run.ts";
import type { Tool } from "./manifest.ts";

/** Where tools are looked for and put. */
export interface Toolbox {
  /** The tool cache: a folder, which need not exist. */
  readonly cache: string;
  /** PATH, and what Go and cargo read: HOME, GOPROXY, CARGO_HOME and the like. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly locks: Locks;
  /** Gets a line before anything that takes long. */
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The environment of a program started for this toolbox, with further variables. */
export function childEnvironment(
  { environment }: Toolbox,
  further: Readonly<Record<string, string>>,
): Record<string, string> {
  const set = Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return { ...Object.fromEntries(set), ...further };
}

/** Where Debian puts daemons; an ordinary user's PATH leaves these out. */
const systemFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** Absolute path of a program in the folders of a PATH, or where the system keeps daemons. */
export async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const folder of [...path.split(delimiter).filter(Boolean), ...systemFolders]) {
    const file = join(folder, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** The version a program says it has, `1.1.5`; undefined when it says none. */
export async function versionOf(program: string, ask: readonly string[]): Promise<string | undefined> {
  const { stdout } = await run([program, ...ask], { timeout: 10_000 }).catch(() => ({ stdout: "" }));
  const [, version, patch] = /(\d+\.\d+)(\.\d+)?/.exec(stdout) ?? [];
  return version && version + (patch ?? ".0");
}

/** A program on PATH and its version, and whether that is one the manifest wants. */
export interface Found {
  readonly file: string;
  readonly version: string;
  readonly fits: boolean;
}

/** The tool that PATH leads to, whatever its version. */
export async function findTool(name: string, tool: Tool, path: string): Promise<Found | undefined> {
  const file = await findProgram(name, path);
  if (file === undefined) return undefined;
  const version = await versionOf(file, tool.askVersion);
  return { file, version: version ?? "unknown", fits: version !== undefined && satisfies(version, tool.version) };
}

/** Whether this process may start the file. */
export function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
