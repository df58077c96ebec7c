import { homedir, hostname } from "node:os";
import { join, resolve } from "node:path";

/** Everything the tool reads from its environment, read once. */
export interface Environment {
  /** The process's variables as they are, for what the configuration declares. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly folders: Folders;
  readonly home: string;
  readonly path: string;
  readonly host: string;
  readonly color: boolean;
  /** Whether a person looks at the output: live lines instead of a log. */
  readonly interactive: boolean;
}

/** The tool's own folders, by the XDG base directory specification. */
export interface Folders {
  /** Stores and tools: may be removed at any time. */
  readonly cache: string;
  /** Data of services, recorded durations. */
  readonly state: string;
  /** Sockets and process records; only the user can enter. */
  readonly runtime: string;
}

/** Reads the environment. `IMAGE_MANAGER_CACHE` moves the cache, e.g. to a volume of a CI runner. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const home = variables.HOME || homedir();
  const { NO_COLOR, FORCE_COLOR, CI, PATH = "" } = variables;
  const interactive = Boolean(process.stdout.isTTY) && !CI;
  return {
    variables,
    folders: foldersOf(variables, home),
    home,
    path: PATH,
    host: hostname(),
    color: !NO_COLOR && (Boolean(FORCE_COLOR) || interactive),
    interactive,
  };
}

function foldersOf(variables: Readonly<Record<string, string | undefined>>, home: string): Folders {
  const { IMAGE_MANAGER_CACHE, XDG_CACHE_HOME, XDG_STATE_HOME, XDG_RUNTIME_DIR } = variables;
  const state = join(XDG_STATE_HOME || join(home, ".local/state"), "image-manager");
  return {
    cache: IMAGE_MANAGER_CACHE
      ? resolve(IMAGE_MANAGER_CACHE)
      : join(XDG_CACHE_HOME || join(home, ".cache"), "image-manager"),
    state,
    runtime: XDG_RUNTIME_DIR ? join(XDG_RUNTIME_DIR, "image-manager") : join(state, "run"),
  };
}

/** The variables that are set. */
export function defined(variables: Environment["variables"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
