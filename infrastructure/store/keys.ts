import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Keys of the disk store's entries that begin with these hexadecimal digits, two at least. */
export function keysBeginning(folder: string, digits: string): readonly string[] {
  const [shelf, rest] = [digits.slice(0, 2), digits.slice(2)];
  const place = join(folder, "entries", shelf);
  if (!existsSync(place)) return [];
  const names = readdirSync(place).filter((name) => name.startsWith(rest) && /^[0-9a-f]{62}$/.test(name));
  return names.map((name) => shelf + name);
}
