import { isLoopback } from "../src/model/address.ts";
import type { Project } from "../src/model/target.ts";
import type { AnyKind } from "../src/task.ts";
import { kinds } from "../tasks/mod.ts";

/** Render, build and manifest; push as far as every place is on this machine; archives where asked for. */
export function kindsOfAll(project: Project): readonly AnyKind[] {
  const places = project.targets.flatMap(({ publish }) => publish);
  const local = places.every(({ address }) => isLoopback(address));
  return kindsNamed([
    "render",
    "build",
    "manifest",
    ...(local ? ["push"] : []),
    ...(project.archive ? ["archive"] : []),
  ]);
}

export function kindsNamed(names: readonly string[]): readonly AnyKind[] {
  return kinds.filter(({ kind }) => names.includes(kind));
}
