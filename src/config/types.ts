import type { TestDriver } from "../model/target.ts";
import type { AliasStrategy } from "../tags/strategy.ts";
import type { Command } from "./command.ts";
import type { PlatformName } from "./platforms.ts";
import type { Reference } from "./reference.ts";
import type { Place } from "./registries.ts";
import type { StructureTests } from "./structure-test.ts";

/** Text by name. Numbers are refused: `24.10` would be `24.1`. */
export type Values = Readonly<Record<string, string>>;

/** What functions in a configuration are given: one tag, with or without a variant, and its merged values. */
export interface Cell<Tag, Variant, Versions, Variables> {
  readonly tag: Tag;
  readonly variant: Variant;
  /** Image, then tag, then variant: the later wins, per key. */
  readonly versions: Versions;
  readonly variables: Variables;
}

/** A cell of which nothing is known, as the defaults see it. */
export type AnyCell = Cell<
  string,
  string | undefined,
  Readonly<Record<string, string | undefined>>,
  Readonly<Record<string, string | undefined>>
>;

/** The keys of the OCI image specification (annotations.md), for completion; any other key will do as well. */
export type Labels = Values & { readonly [K in `org.opencontainers.image.${OciKey}`]?: string };
type OciKey =
  | "authors" | "url" | "documentation" | "source" | "revision" | "vendor" | "licenses" | "title" | "description"; // biome-ignore format: one list

/** A folder that is laid over the image's root, and who owns its files: `uid:gid` or names, `0:0` unless said. */
export type RootFolder = string | { readonly folder: string; readonly owner?: string | undefined };

/** Where the value of a build secret lies; it is never part of a key, an argument or a log. */
export type SecretSource =
  | { readonly env: string; readonly optional?: boolean | undefined }
  | { readonly file: string; readonly optional?: boolean | undefined };

/** What images, tags, variants and defaults can all say. Records are merged per key. */
export interface Common {
  /** The platforms to build for; unless said, this machine's. */
  readonly platforms: readonly PlatformName[];
  /** Labels of the image; those of `org.opencontainers.image.*` are annotations of the index, too. */
  readonly labels: Labels;
  /** Build arguments by their literal names. */
  readonly args: Values;
  /** Build secrets by the id that `RUN --mount=type=secret` names. */
  readonly secrets: Readonly<Record<string, SecretSource>>;
  /** Names of ssh agents that `RUN --mount=type=ssh` may use; `default` is the running one. */
  readonly ssh: readonly string[];
  /** Another value builds again though nothing changed. */
  readonly cacheVersion: string;
  /** `false` leaves the times of files as they are; the image is then not reproducible. */
  readonly epoch: boolean;
  readonly compression: "gzip" | "zstd";
  /** `false` leaves out the lists of packages. */
  readonly sbom: boolean;
}

/** What images, tags and variants can say beside `Common`. */
export interface Own extends Common {
  /** What the image starts from; its Dockerfile says `FROM base`. */
  readonly from: Reference;
  /** Path of the Dockerfile or template from the project's folder, or the text itself. */
  readonly dockerfile: string | { readonly text: string };
  /** The stage to build; unless said, the last. */
  readonly stage: string;
  /** Overlays; `false`: none, not even the ones found by convention. */
  readonly rootfs: RootFolder | readonly RootFolder[] | false;
  /** Modes, for what is neither 0644 nor 0755: `run.sh` in the build context, `/etc/shadow` in an overlay. */
  readonly modes: Readonly<Record<string, number>>;
  /** Files of the build context that a command makes, by path. */
  readonly files: Readonly<Record<string, Command>>;
  /** Structure tests, beside those of the levels before; `false`: none, not even those of the levels before. */
  readonly tests: TestEntry | readonly TestEntry[] | false;
}

/** Tests as a value, or the path of a test file or template from the project's folder. */
export type TestEntry = StructureTests | string;

/** Each setting as a value or a function of the cell. */
export type Settings<S, C> = { readonly [K in keyof S]?: S[K] | ((cell: C) => S[K]) | undefined };

/** Settings for all images; what an image, tag or variant says wins. */
export interface Defaults extends Settings<Common, AnyCell> {
  readonly aliases?: AliasStrategy | undefined;
  readonly publish?: readonly Place[] | undefined;
}

/** How structure tests are run. */
export interface Testing {
  /** What runs them; unless said, BuildKit. */
  readonly driver?: TestDriver | undefined;
  /** What one command may take, `90s` or `5m`; unless said, `60s`. */
  readonly timeout?: string | undefined;
}
