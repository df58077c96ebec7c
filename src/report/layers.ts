import { parentsOf } from "../graph/select.ts";
import type { Platform } from "../model/platform.ts";
import type { Target } from "../model/target.ts";
import type { ImageReport, LayerReport } from "./document.ts";
import type { Fact, Layer } from "./fact.ts";

/** The layers of all targets, and which target added each. */
export class Layers {
  readonly #parents: ReadonlyMap<string, readonly string[]>;
  readonly #layers: ReadonlyMap<string, readonly Layer[]>;

  /** Layers of older builds are known too: a child may be built again and its parent not. */
  constructor(targets: readonly Target[], facts: readonly Fact[], before: readonly ImageReport[]) {
    this.#parents = new Map(targets.map((target) => [target.id, parentsOf(target)]));
    const known = before
      .flatMap((image) => image.targets)
      .flatMap(({ id, platforms }) =>
        platforms.map(({ platform, build }) => [keyOf(id, platform), build?.layers ?? []] as const),
      );
    const built = facts.flatMap((fact) =>
      fact.of === "build" ? [[keyOf(fact.target, fact.platform), fact.layers] as const] : [],
    );
    this.#layers = new Map([...known, ...built]);
  }

  /** A target's layers on a platform, from the base up; none when it is not built. */
  of(target: string, platform: Platform): readonly LayerReport[] {
    const layers = this.#layers.get(keyOf(target, platform)) ?? [];
    return layers.map(({ digest, size }) => ({ digest, size, from: this.#origin(target, platform, digest) }));
  }

  /** The farthest of its parents and theirs that have the layer. */
  #origin(target: string, platform: Platform, digest: string): string {
    const has = (id: string) => this.#layers.get(keyOf(id, platform))?.some((layer) => layer.digest === digest);
    const parent = this.#parents.get(target)?.find(has);
    return parent === undefined ? target : this.#origin(parent, platform, digest);
  }
}

function keyOf(target: string, platform: string): string {
  return `${target} ${platform}`;
}
