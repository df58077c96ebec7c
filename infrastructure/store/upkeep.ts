import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import type { Blobs } from "../../src/ports.ts";
import type { StoreLimits } from "./limits.ts";

export interface UpkeepSettings {
  /** The cache's folder. */
  readonly folder: string;
  readonly limits: StoreLimits;
  /** What the process that prunes prints goes there. */
  readonly logFile: string;
  readonly now: () => number;
}

/** When the store was last looked through, and how large it was then with what has come since. */
interface Look {
  readonly at: number;
  readonly size: number;
}

const hour = 60 * 60 * 1000;

/** Where runs say that they are there, as scratch folders below the cache. */
export const runsFolder = "runs";

/** Keeps the local store within its limits, in a process of its own that no run waits for. */
export interface Upkeep {
  /** Blobs are nearly all that a store holds: what arrives is counted. */
  counting(blobs: Blobs): Blobs;
  /** Starts pruning when a day has passed, or, at most once an hour, when the store has grown too large. */
  end(): Promise<void>;
}

export function createUpkeep(settings: UpkeepSettings): Upkeep {
  const { folder, limits, now } = settings;
  let added = 0;
  return {
    counting: (blobs) => ({
      ...blobs,
      adopt: async (file) => {
        const blob = await blobs.adopt(file);
        added += blob.size;
        return blob;
      },
    }),
    end: async () => {
      const last = readLook(folder);
      const size = (last?.size ?? 0) + added;
      const since = Math.abs(now() - (last?.at ?? now()));
      const due = since > 24 * hour || (size > limits.size && since > hour);
      try {
        if (due || last === undefined) writeLook(folder, { at: now(), size });
        else if (added > 0) writeLook(folder, { ...last, size });
        if (due) await startPruner(settings);
      } catch {
        // A full disk or a folder that cannot be written to is told where work needs it.
      }
    },
  };
}

async function startPruner({ folder, limits, logFile }: UpkeepSettings): Promise<void> {
  // Loaded once a day.
  const [{ daemonize }, { runtimeCommand }] = await Promise.all([
    import("../process/daemonize.ts"),
    import("../process/runtime.ts"),
  ]);
  // Compiled code lies under node_modules, where Node strips no types.
  const program = new URL(`pruner${extname(import.meta.url)}`, import.meta.url);
  const command = [...runtimeCommand(program), folder, String(limits.size), String(limits.age)];
  mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });
  await daemonize(command, { logFile, cwd: folder, env: {} });
}

/** Undefined when nobody has looked yet, or what is there is no look. */
function readLook(folder: string): Look | undefined {
  try {
    const look = JSON.parse(readFileSync(lookFile(folder), "utf8")) as Look;
    return Number.isFinite(look.at) && Number.isFinite(look.size) ? look : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers when the store was looked through, and its size in bytes. */
export function writeLook(folder: string, look: Look): void {
  const temporary = `${lookFile(folder)}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify(look), { mode: 0o600 });
  renameSync(temporary, lookFile(folder));
}

function lookFile(folder: string): string {
  return join(folder, "pruned.json");
}
