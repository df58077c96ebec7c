import { fail } from "../../src/problem.ts";

/** How much the local store may hold, in bytes, and for how long unused, in milliseconds; Infinity: no limit. */
export interface StoreLimits {
  readonly size: number;
  readonly age: number;
}

const units = {
  size: { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
  age: { m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 },
};

const wanted = { size: "a size as in 500MB or 20GB, or none", age: "a time as in 12h, 30d or 8w, or none" };

/** `20GB` in bytes or `30d` in milliseconds. @throws ImagesError `invalid-limit`; `from` is what was set: `--max-size` */
export function parseLimit(kind: keyof StoreLimits, text: string, from: string): number {
  if (text === "none") return Number.POSITIVE_INFINITY;
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?) ?([a-z]+)$/i.exec(text) ?? [];
  const factor = Object.entries(units[kind]).find(([name]) => name.toLowerCase() === unit.toLowerCase())?.[1];
  if (amount !== undefined && factor !== undefined) return Number(amount) * factor;
  return fail({
    code: "invalid-limit",
    kind: "usage",
    message: `Cannot read ${from}: ${JSON.stringify(text)} is not ${wanted[kind]}`,
    fix: kind === "size" ? `${from}=20GB` : `${from}=30d`,
  });
}
