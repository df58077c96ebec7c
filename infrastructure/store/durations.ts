import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Durations } from "../../src/ports.ts";

/** Durations in one JSON file. They only order work, so a file that cannot be read or written is no failure. */
export function createDurations(file: string): Durations {
  return {
    load: async () => {
      try {
        return JSON.parse(await readFile(file, "utf8")) as Record<string, number>;
      } catch {
        return {};
      }
    },
    save: async (durations) => {
      const temporary = `${file}.${process.pid}.tmp`;
      try {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(temporary, JSON.stringify(durations));
        await rename(temporary, file);
      } catch {
        // The next run starts without weights.
      }
    },
  };
}
