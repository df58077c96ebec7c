import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { entryPath } from "./place.ts";

/** Keys of the disk store's entries that begin with these hexadecimal digits, two at least. */
export function keysBeginning(folder: string, digits: string): readonly string[] {
  const shelf = dirname(entryPath(folder, digits.padEnd(64, "0")));
  if (!existsSync(shelf)) return [];
  // What is being written has a longer name.
  const names = readdirSync(shelf).filter((name) => name.startsWith(digits.slice(2)) && /^[0-9a-f]{62}$/.test(name));
  return names.map((name) => digits.slice(0, 2) + name);
}
