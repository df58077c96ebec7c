import type { Cache } from "./caches.ts";
import type { Image } from "./image.ts";
import { type Caller, callerOf } from "./place.ts";
import type { Place } from "./registries.ts";
import type { Defaults, Testing } from "./types.ts";

/** The whole configuration. */
export interface Configuration {
  readonly images: readonly Image<never>[];
  readonly defaults?: Defaults | undefined;
  /** Where builds go and tests read; unless said, the hosted registry. */
  readonly registry?: Place | undefined;
  /** Where tags go; unless said, the registry. */
  readonly publish?: readonly Place[] | undefined;
  /** Whether `build` and `all` write archives, too. */
  readonly archive?: boolean | undefined;
  /** How structure tests are run. */
  readonly testing?: Testing | undefined;
  /** Where finished work and layers are shared: `garage()` or `s3({ … })`; unless said, nowhere. */
  readonly cache?: Cache | undefined;
  /** How many tasks run at once, by queue (`render`, `build`, `test`, `network`) or by kind: `{ build: 4, push: 2 }`. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
  /** How often a task that failed is tried again, by kind: `{ test: 2, push: 1 }`; unless said, never. */
  readonly retry?: Readonly<Record<string, number>> | undefined;
}

/** Environment variables by name; what is read is remembered. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What `defineImages` gives and `images.config.ts` exports. */
export interface Definition {
  readonly kind: "images";
  /** Evaluates the configuration; unchecked. */
  evaluate(environment: Environment): Evaluated;
}

export interface Evaluated {
  /** Where defineImages() was called. */
  readonly caller: Caller;
  readonly configuration: unknown;
  /** What the configuration read, by name: with other values it may be another. */
  readonly environment: Environment;
}

/**
 * The default export of images.config.ts: the configuration, or a function that makes it from the environment.
 */
export function defineImages(
  configuration: Configuration | ((given: { readonly env: Environment }) => Configuration),
): Definition {
  const caller = callerOf(defineImages);
  return {
    kind: "images",
    evaluate(environment) {
      if (typeof configuration !== "function") return { configuration, environment: {}, caller };
      const { env, read } = recorded(environment);
      return { configuration: configuration({ env }), environment: read, caller };
    },
  };
}

/** Variables can be read by name only: a list of all of them would make everything depend on everything. */
function recorded(environment: Environment): { readonly env: Environment; readonly read: Environment } {
  const read: Record<string, string | undefined> = {};
  const look = (name: string | symbol): string | undefined => {
    if (typeof name === "symbol") return undefined;
    read[name] = environment[name];
    return read[name];
  };
  const env = new Proxy<Environment>(Object.freeze({}), {
    get: (_, name) => look(name),
    has: (_, name) => look(name) !== undefined,
    ownKeys: () => {
      throw new TypeError("Cannot list the environment: read variables by name, as in env.CI");
    },
  });
  return { env, read };
}
