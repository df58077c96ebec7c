import type { Base, Overlay } from "../model/target.ts";
import type { Uses } from "./uses.ts";

/** A Dockerfile for people and the same for BuildKit, line by line equal but for the names of bases and overlays. */
export interface Bound {
  readonly text: string;
  readonly bound: string;
  /** `origins[i]` is the index of the line that line i of both was; -1 for one that was put in. */
  readonly origins: readonly number[];
  readonly bases: readonly Base[];
}

/** Gives bases their private names, and puts the COPY of each overlay after the FROM of the built stage. */
export function bind(lines: readonly string[], { built, uses }: Uses, overlays: readonly Overlay[]): Bound {
  const bases = basesOf(uses);
  const text = [...lines];
  const bound = [...lines];
  // From right to left, so that the columns of what is still to come stay right.
  for (const { mention, from } of uses.toReversed()) {
    replace(text, mention, "target" in from ? from.target : from.external);
    replace(bound, mention, bases.get(keyOf(from))?.name ?? "");
  }
  const origins = [...lines.keys()];
  text.splice(built.end + 1, 0, ...overlays.map(({ owner }, i) => `COPY --chown=${owner} ${rootfs(i)}/ /`));
  bound.splice(built.end + 1, 0, ...overlays.map(({ owner }, i) => `COPY --from=im-overlay-${i} --chown=${owner} / /`));
  origins.splice(built.end + 1, 0, ...overlays.map(() => -1));
  return { text: text.join("\n"), bound: bound.join("\n"), origins, bases: [...bases.values()] };
}

function basesOf(uses: Uses["uses"]): ReadonlyMap<string, Base> {
  const bases = new Map<string, Base>();
  for (const { from, on } of uses) {
    const { name, on: others = [] } = bases.get(keyOf(from)) ?? { name: `im-base-${bases.size}` };
    bases.set(keyOf(from), { name, from, on: [...new Set([...others, on])] });
  }
  return bases;
}

function keyOf(from: Base["from"]): string {
  return JSON.stringify(from);
}

function replace(lines: string[], { line, start, end }: Uses["uses"][number]["mention"], name: string): void {
  const old = lines[line] ?? "";
  lines[line] = old.slice(0, start) + name + old.slice(end);
}

/** The folder of the i-th overlay as the render task shows it beside the Dockerfile. */
function rootfs(i: number): string {
  return i === 0 ? "rootfs" : `rootfs-${i}`;
}
