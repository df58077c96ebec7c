import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { History, Past } from "../../src/ports.ts";

/** History in one JSON file. It orders work and explains it, so a file that cannot be read or written is no failure. */
export function createHistory(file: string): History {
  return {
    load: async () => {
      try {
        return JSON.parse(await readFile(file, "utf8")) as Record<string, Past>;
      } catch {
        return {};
      }
    },
    save: async (history) => {
      const temporary = `${file}.${process.pid}.tmp`;
      try {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(temporary, JSON.stringify(history));
        await rename(temporary, file);
      } catch {
        // The next run starts without weights.
      }
    },
  };
}
