import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { sha256 } from "../../src/graph/key.ts";
import type { Dist } from "../../src/ports.ts";
import { holdsTree } from "./compare.ts";
import { copyTree } from "./copy.ts";
import { lookAt, pathIn, placeIn } from "./place.ts";
import { noStatCache, type StatCache } from "./stat-cache.ts";
import { sweep } from "./sweep.ts";

/** Where the view lies, and the project that its trees are read from; both absolute. */
export interface DistSettings {
  readonly folder: string;
  readonly project: string;
  readonly hashes?: StatCache;
}

/** Keeps the readable view in a folder. Every file and tree arrives whole, by renaming; links are never followed. */
export function createDist({ folder, project, hashes = noStatCache }: DistSettings): Dist {
  return {
    holds: async ({ files, trees }) => {
      if (!Object.entries(files).every(([path, text]) => holdsText(pathIn(folder, path), text, hashes))) return false;
      for (const [path, tree] of Object.entries(trees)) {
        if (!(await holdsTree(pathIn(folder, path), tree, hashes))) return false;
      }
      return true;
    },
    write: async ({ files, trees }) => {
      for (const [path, text] of Object.entries(files)) {
        await placeIn(folder, path, (temporary) => writeFileSync(temporary, text));
      }
      for (const [path, tree] of Object.entries(trees)) {
        await placeIn(folder, path, (temporary) => copyTree(tree, project, makeFolder(temporary)));
      }
    },
    holdsStream: async (path, identity) => {
      const there = lookAt(pathIn(folder, path));
      return there?.isFile() === true && Math.round(there.mtimeMs) === timeOf(identity);
    },
    writeStream: (path, identity, content) =>
      placeIn(folder, path, async (temporary) => {
        // Opened here: a stream that fails before it has opened its file would make it after all was removed.
        const file = (await open(temporary, "w")).createWriteStream();
        await pipeline(content, file);
        utimesSync(temporary, timeOf(identity) / 1000, timeOf(identity) / 1000);
        return { size: file.bytesWritten };
      }),
    sweep: async (owned) => sweep(folder, owned),
  };
}

function holdsText(path: string, text: string, hashes: StatCache): boolean {
  const there = lookAt(path);
  if (!there?.isFile() || there.size !== Buffer.byteLength(text)) return false;
  const known = hashes.known(path, there);
  if (known !== undefined) return known === sha256(text);
  if (readFileSync(path, "utf8") !== text) return false;
  hashes.learn(path, there, sha256(text));
  return true;
}

function makeFolder(path: string): string {
  mkdirSync(path);
  return path;
}

/**
 * What a large file was written for, as its time: whoever touches or replaces the file changes it, and no second file
 * is needed. 27 bits of the identity's hash as milliseconds, which every runtime keeps: 1 and 2 January 1980.
 */
function timeOf(identity: string): number {
  return 315_532_800_000 + (Number.parseInt(sha256(identity).slice(0, 8), 16) >>> 5);
}
