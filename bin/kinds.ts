import { isLoopback } from "../src/model/address.ts";
import type { Project } from "../src/model/target.ts";
import type { AnyKind } from "../src/task.ts";
import { kinds } from "../tasks/mod.ts";

/** Render, build, test, sbom and manifest; push as far as every place is on this machine; archives where asked for. */
export function kindsOfAll(project: Project): readonly AnyKind[] {
  const push = distantPlaces(project).length === 0 ? ["push"] : [];
  const archive = project.archive ? ["archive"] : [];
  return kindsNamed(["render", "build", "test", "sbom", "manifest", ...push, ...archive]);
}

/** Registries on other machines that targets are published to: nothing goes there unasked. */
export function distantPlaces({ targets }: Project): readonly string[] {
  const addresses = targets.flatMap(({ publish }) => publish.map(({ address }) => address));
  return [...new Set(addresses)].filter((address) => !isLoopback(address));
}

export function kindsNamed(names: readonly string[]): readonly AnyKind[] {
  return kinds.filter(({ kind }) => names.includes(kind));
}
