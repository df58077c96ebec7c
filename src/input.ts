import type { Digest } from "./entry.ts";
import type { Json } from "./json.ts";
import type { Platform } from "./model/platform.ts";

/** What a task declares that it reads, besides its spec and the outputs of its needs. The engine resolves it. */
export type Input =
  /** The files below a folder that ignore rules let through. */
  | {
      readonly input: "tree";
      /** Relative to the project. */
      readonly folder: string;
      /** Whether the folder's `.dockerignore` applies. */
      readonly ignoreFile: boolean;
      /** Further patterns in .dockerignore's notation. */
      readonly exclude: readonly string[];
      readonly modes: Readonly<Record<string, number>>;
    }
  /** Files by glob, relative to the project. */
  | { readonly input: "files"; readonly globs: readonly string[] }
  /** A declared environment variable; only a hash of its value reaches the key. */
  | { readonly input: "env"; readonly name: string }
  /** What a command says of its version, or a pinned text. */
  | { readonly input: "version"; readonly of: readonly string[] | string }
  /** A tool of the tool manifest, by its pinned version. */
  | { readonly input: "tool"; readonly name: string }
  /** An image from outside, pinned in images.lock. */
  | { readonly input: "external"; readonly reference: string; readonly platform: Platform }
  /** The number of whole periods since 1970: work is done again when it changes. */
  | { readonly input: "period"; readonly seconds: number };

/** An input as it is now: `identity` goes into the key, `value` to the task. */
export interface Resolved<I extends Input> {
  readonly identity: Json;
  readonly value: InputValue<I>;
}

export type InputValue<I extends Input> = I extends { input: "tree" | "files" }
  ? Tree
  : I extends { input: "external" }
    ? PinnedBase
    : string;

/** A folder's files, sorted by path, with what an image sees of them. */
export interface Tree {
  /** Relative to the project. */
  readonly folder: string;
  readonly files: readonly TreeFile[];
  /** Hexadecimal sha256 over paths, modes and contents. */
  readonly digest: string;
}

export type TreeFile =
  | {
      readonly path: string;
      readonly type: "file";
      readonly mode: number;
      readonly sha256: string;
      readonly size: number;
    }
  | { readonly path: string; readonly type: "link"; readonly to: string }
  | { readonly path: string; readonly type: "folder"; readonly mode: number };

/** A base from outside at the digest images.lock has for a platform. */
export interface PinnedBase {
  /** `docker.io/library/debian` */
  readonly repository: string;
  readonly digest: Digest;
}
