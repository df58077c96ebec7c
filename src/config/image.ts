import type { CheckOnly, None, Of, Quoted, Shared, Spec, Table } from "./infer.ts";
import { type Caller, callerOf } from "./place.ts";
import { type Reference, toReference } from "./reference.ts";
import type { Values } from "./types.ts";

/** An image of the project: a family of tags. `T` maps each tag to the names of its variants. */
export interface Image<T> {
  readonly name: string;
  /** Refers to a tag, or to a variant of it: what other images start from. */
  tag<const X extends keyof T>(tag: X, ...variant: Variant<Shared<T, X>>): Reference;
}

/** No second argument at all where there is no variant: a clearer error than `undefined`. */
type Variant<V> = [V] extends [never] ? [] : [variant?: V];

/** What an `Image` is at run time: its specification, unchecked, and where it was written. */
export interface ImageData {
  readonly name: string;
  readonly spec: unknown;
  readonly caller: Caller;
}

/**
 * Describes an image: `image("base", { tags: { "13": {} }, variants: { slim: { suffix: "-slim" } } })`.
 *
 * Nothing is checked or evaluated until the configuration is resolved.
 */
export function image<
  const TV extends Of,
  const TA extends Of = TV,
  const VV extends Of = None,
  const VA extends Of = VV,
  const VO extends Of = None,
  const I extends Values = None,
  const IA extends Values = None,
  const B extends Of = None,
  K extends PropertyKey = never,
>(
  name: string,
  spec: Spec<I, IA, TV, TA, VV, VA, VO, B> & CheckOnly<NoInfer<TV>, NoInfer<VO>> & Quoted<K>,
): Image<Table<TV, VO>> {
  const tagged = (tag: string, variant?: string): Reference =>
    toReference({ kind: "target", image: name, tag, variant: variant ?? null, caller: callerOf(tagged) });
  const data: ImageData & { readonly tag: unknown } = { name, spec, caller: callerOf(image), tag: tagged };
  return data as unknown as Image<Table<TV, VO>>;
}
