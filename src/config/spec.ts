import type { AliasStrategy } from "../tags/strategy.ts";
import type { Cache } from "./caches.ts";
import type { Reference } from "./reference.ts";
import type { Place } from "./registries.ts";
import type { AnyCell, Defaults, Own, Settings, Testing, Values } from "./types.ts";

/** What an image, tag or variant says, once its form is checked and before its functions are called. */
export interface LevelSpec extends Settings<Own, AnyCell> {
  readonly versions?: Values;
  readonly variables?: Values;
}

export interface VariantSpec extends LevelSpec {
  readonly suffix: string;
  readonly only?: readonly string[];
  readonly on?: string;
}

export interface ImageSpec extends LevelSpec {
  readonly bases?: Readonly<Record<string, Reference | ((cell: AnyCell) => Reference)>>;
  readonly tags: Readonly<Record<string, LevelSpec>>;
  readonly variants?: Readonly<Record<string, VariantSpec>>;
  readonly aliases?: AliasStrategy | false;
  readonly repository?: string;
  readonly publish?: readonly Place[];
  readonly folder?: string;
  readonly description?: string;
  readonly licenses?: string;
}

export interface ConfigurationSpec {
  readonly images: readonly unknown[];
  readonly defaults?: Defaults;
  readonly registry?: Place;
  readonly publish?: readonly Place[];
  readonly archive?: boolean;
  readonly testing?: Testing;
  readonly cache?: Cache;
  readonly limits?: Readonly<Record<string, number>>;
  readonly retry?: Readonly<Record<string, number>>;
}
