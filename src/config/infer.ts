import type { AliasStrategy } from "../tags/strategy.ts";
import type { Reference } from "./reference.ts";
import type { Place } from "./registries.ts";
import type { Cell, Own, Settings, Values } from "./types.ts";

// Keys are inferred through mapped types, each from its own property. Inferring the specification as a whole
// (`S extends Spec`) would let a misspelt key compile beside a right one.

/** Anything with keys: what the parameters below are inferred from. */
export type Of = Record<string, unknown>;
/** No keys at all. */
export type None = Record<never, never>;
export type Name<X> = Extract<keyof X, string>;
/** An entry without `versions` is inferred as unknown. */
type Known<X> = unknown extends X ? None : X;
type Each<X> = { [P in keyof X]: Known<X[P]> }[keyof X];
type Keys<U> = U extends unknown ? keyof U : never;
type Get<U, K> = U extends unknown ? (K extends keyof U ? U[K] : undefined) : never;
type Over<A, B> = undefined extends B ? Exclude<B, undefined> | A : B;

/** Image, then tag, then variant: the later wins. What not every tag has may be undefined. */
export type Merge<I, T, V> = {
  readonly [K in keyof I | Keys<T> | Keys<V>]: Over<Over<Get<I, K>, Get<T, K>>, Get<V, K>>;
};

interface Valued<Versions, Variables> {
  readonly versions?: Versions & Values;
  readonly variables?: Variables & Values;
}

/** What a tag can say. Its functions are called for its variants, too. */
type TagSpec<P, I, IA, T, TA, VV, VA> = Valued<T, TA> &
  Settings<
    Own,
    Cell<P, Name<VV> | undefined, Merge<I, Known<T>, None | Each<VV>>, Merge<IA, Known<TA>, None | Each<VA>>>
  >;

/** What a variant can say, beside `only` and `on`. */
type VariantSpec<P, I, IA, TV, TA, V, VA> = Valued<V, VA> & {
  /** Put behind the tag: `-slim`. */
  readonly suffix: string;
} & Settings<Own, Cell<Name<TV>, P, Merge<I, Each<TV>, Known<V>>, Merge<IA, Each<TA>, Known<VA>>>>;

/** What the functions of an image are given: any tag, with any variant or none. */
type ImageCell<I, IA, TV, TA, VV, VA> = Cell<
  Name<TV>,
  Name<VV> | undefined,
  Merge<I, Each<TV>, None | Each<VV>>,
  Merge<IA, Each<TA>, None | Each<VA>>
>;

/** What an image can say. */
export interface Spec<I, IA, TV, TA, VV, VA, VO, B> extends Settings<Own, ImageCell<I, IA, TV, TA, VV, VA>> {
  readonly versions?: I & Values;
  readonly variables?: IA & Values;
  /** Further bases by the name that the Dockerfile says: `FROM build`, `{{ bases.build }}`. */
  readonly bases?: {
    readonly [P in keyof B]: Reference | ((cell: ImageCell<I, IA, TV, TA, VV, VA>) => Reference);
  };
  readonly tags: { readonly [P in keyof TV]: Valued<TV[P], unknown> } & {
    readonly [P in keyof TA]: TagSpec<P, I, IA, P extends keyof TV ? TV[P] : None, TA[P], VV, VA>;
  };
  readonly variants?: { readonly [P in keyof VV]: Valued<VV[P], unknown> } & {
    readonly [P in keyof VA]: VariantSpec<P, I, IA, TV, TA, P extends keyof VV ? VV[P] : None, VA[P]>;
  } & { readonly [P in keyof VO]: Placement<VO[P], TV, VV> };
  readonly aliases?: AliasStrategy | false | undefined;
  /** Repository without the registry's address and prefix; unless said, the image's name. */
  readonly repository?: string | undefined;
  /** Where the tags go; unless said, where the project publishes. */
  readonly publish?: readonly Place[] | undefined;
  /** Folder of the image, from the project's; unless said, `images/NAME`. */
  readonly folder?: string | undefined;
  readonly description?: string | undefined;
  /** SPDX expression: `MIT AND Apache-2.0`. */
  readonly licenses?: string | undefined;
}

interface Placement<Only, TV, VV> {
  /** The tags that have this variant; unless said, all. */
  readonly only?: readonly (Only | NoInfer<Name<TV>>)[];
  /** The variant it starts from, instead of its own tag. */
  readonly on?: NoInfer<Name<VV>>;
}

/** Checks `only` against the tags: the inference of `Spec` would take any text. */
export type CheckOnly<TV, VO> = {
  readonly variants?: { readonly [P in keyof VO]: { readonly only?: readonly Name<TV>[] } };
};

/** Written without quotes, `3.10` is the number 3.1, and nobody can tell later. */
export type Quoted<K extends PropertyKey> = {
  readonly tags: {
    readonly [P in K]: P extends number ? (number extends P ? unknown : "a tag is text: put it in quotes") : unknown;
  };
};

/** Tag to the names of its variants. */
export type Table<TV, VO> = {
  readonly [T in Name<TV>]: { [P in keyof VO]: unknown extends VO[P] ? P : T extends VO[P] ? P : never }[keyof VO];
};

/** The variants that all of the tags have: a computed tag may be any of them. */
export type Shared<T, X extends keyof T, V = T[X]> = V extends unknown
  ? [Lacking<T, X, V>] extends [never]
    ? V
    : never
  : never;
type Lacking<T, X extends keyof T, V> = X extends unknown ? (V extends T[X] ? never : X) : never;
