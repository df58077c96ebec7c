import type { SharedCache } from "./cache.ts";
import type { Platform } from "./platform.ts";
import type { TestFile } from "./structure-test.ts";

/** The whole resolved configuration: readonly, plain data, nothing optional left. */
export interface Project {
  /** Where builds go and tests read. */
  readonly registry: RegistryPlace;
  /** Every target, in the order of declaration: image, tag, then the tag's variants. */
  readonly targets: readonly Target[];
  /** Files that made the configuration, relative to the project. */
  readonly files: readonly string[];
  /** Whether `build` and `all` write archives, too. */
  readonly archive: boolean;
  readonly testing: Testing;
  /** The store shared with other machines; null: none. */
  readonly cache: SharedCache | null;
  /** How many tasks of a queue or of a kind run at once, by its name, where that is not the default. */
  readonly limits: Readonly<Record<string, number>>;
  /** How often a task of a kind that failed is tried again, by the kind's name. */
  readonly retry: Readonly<Record<string, number>>;
  /** Things worth saying that are no mistake, e.g. a strategy that gave no alias. */
  readonly notices: readonly string[];
}

/** How structure tests are run. */
export interface Testing {
  readonly driver: TestDriver;
  /** Milliseconds that one command of a test may take. */
  readonly timeout: number;
}

/** What runs structure tests: steps of BuildKit, or the official program with a Docker daemon. */
export type TestDriver = "buildkit" | "container-structure-test";

/** One registry and the part of it that this project uses. */
export interface RegistryPlace {
  /** `host[:port]` as this machine reaches it. */
  readonly address: string;
  /** The same registry as the builder reaches it. */
  readonly builderAddress: string;
  /** Put before every repository: `""` or `team/project/`. */
  readonly prefix: string;
  /** Whether the configuration names it. What it names is only connected to, never started. */
  readonly named: boolean;
}

/** One tag of one image with or without a variant: the unit of building. */
export interface Target {
  /** `node:24.11.0-semantic`; unique in the project. */
  readonly id: string;
  readonly image: string;
  /** The tag as the user lists it: `24.11.0`. */
  readonly tag: string;
  readonly variant: string | null;
  /** The tag it is published under: `24.11.0-semantic`. */
  readonly reference: string;
  readonly platforms: readonly Platform[];
  readonly aliases: readonly Alias[];
  /** Repository without registry and prefix: `node`. */
  readonly repository: string;
  /** Where its tags go. */
  readonly publish: readonly RegistryPlace[];
  readonly dockerfile: Dockerfile;
  /** Structure tests: the image's, the tag's, the variant's. */
  readonly tests: readonly TestFile[];
  /** Whether its packages are listed. */
  readonly sbom: boolean;
  /** Stage to build (BuildKit's `target`), or the last one. */
  readonly stage: string | null;
  readonly context: Context;
  /** Later ones win. */
  readonly overlays: readonly Overlay[];
  readonly files: readonly PreparedFile[];
  /** Build arguments by name, from versions, variables and `args`. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Labels of the image configuration; `%image%` and `%tag%` are replaced. */
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations of the index. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly secrets: readonly Secret[];
  /** Names of ssh agents or keys the build may use; `default` is the running agent. */
  readonly ssh: readonly string[];
  /** Raised by the user to build again with equal inputs. */
  readonly cacheVersion: string;
  /** Seconds since 1970 for every file and date of the image, or null where the image opts out. */
  readonly epoch: number | null;
  readonly compression: "gzip" | "zstd";
}

/** A further tag that points at a target. */
export interface Alias {
  readonly name: string;
  /** `version`: computed, moves only forward. `explicit`: named by the user (`latest`), follows the configuration. */
  readonly origin: "version" | "explicit";
}

/** A rendered Dockerfile and where its lines come from. */
export interface Dockerfile {
  /** As it lies in dist: readable, buildable by hand. */
  readonly text: string;
  /** As BuildKit gets it: the same lines with a private name for every base. */
  readonly bound: string;
  /** The file it was written in, relative to the project; null for a function of the configuration. */
  readonly source: string | null;
  /** `lines[i]` is the line of `source` (from 1) behind line `i + 1` of `text`; 0 where there is none. */
  readonly lines: readonly number[];
  readonly bases: readonly Base[];
}

/** Something a stage starts from or copies from, under the private name the bound Dockerfile uses. */
export interface Base {
  readonly name: string;
  readonly from: { readonly target: string } | { readonly external: string };
  /** The platforms on which stages use it: the target's own, the build platform, or a fixed one. */
  readonly on: readonly ("target" | "build" | Platform)[];
}

/** The image's folder as build context, before the project's own files are taken out. */
export interface Context {
  /** Folder relative to the project: `images/node`; null when there is none (`FROM` and overlays only). */
  readonly folder: string | null;
  /** Patterns in .dockerignore's notation that leave out what is no input: templates, tests, other variants. */
  readonly exclude: readonly string[];
  /** Modes by path for what is neither 0644 nor 0755. */
  readonly modes: Readonly<Record<string, number>>;
}

/** Files laid over the image's root. */
export interface Overlay {
  /** Folder relative to the project: `images/node/rootfs`. */
  readonly folder: string;
  /** `uid:gid` or names, as `COPY --chown` takes them. */
  readonly owner: string;
  readonly modes: Readonly<Record<string, number>>;
}

/** A file of the build context that a command makes. */
export interface PreparedFile {
  /** Path in the build context: `rootfs.tar`. */
  readonly path: string;
  /** Program and arguments; `{arch}`, `{platform}` and `{out}` are replaced. Without `{out}` the file is its standard output. */
  readonly command: readonly string[];
  /** Globs relative to the project. */
  readonly inputs: readonly string[];
  /** Names of environment variables it reads. */
  readonly env: readonly string[];
  /** What says the tool's version: a command, or the pinned text itself. */
  readonly version: readonly string[] | string;
  /** Seconds after which it is made again; null: never by itself. */
  readonly refresh: number | null;
  /** Only one of the commands with this name runs at a time; null: it shares everything. */
  readonly mutex: string | null;
}

/** A build secret: an id that `RUN --mount=type=secret` names, and where its value lies. Never part of a key. */
export interface Secret {
  readonly id: string;
  readonly source: { readonly env: string } | { readonly file: string };
  readonly optional: boolean;
}
