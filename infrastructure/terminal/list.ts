import { parentsOf } from "../../src/graph/select.ts";
import type { Target } from "../../src/model/target.ts";
import { table } from "./text.ts";

/** Targets with their aliases, platforms and parents, below a line that names the columns. No final newline. */
export function formatList(targets: readonly Target[]): string {
  const rows = targets.map((target) => [
    target.id,
    target.aliases.map(({ name }) => name).join(", ") || "–",
    target.platforms.join(", "),
    parentsOf(target).join(", ") || "–",
  ]);
  return table([["TARGET", "ALIASES", "PLATFORMS", "BUILT ON"], ...rows]).join("\n");
}
