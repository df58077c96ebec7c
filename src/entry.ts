import type { Input } from "./input.ts";
import type { Json } from "./json.ts";

/** `sha256:` and 64 hexadecimal digits (OCI image-spec, descriptor). */
export type Digest = `sha256:${string}` | `sha512:${string}`;

/** A stored file: hexadecimal sha256 and size in bytes. */
export interface Blob {
  readonly sha256: string;
  readonly size: number;
}

/** Finished work as a store keeps it: what it was made from, what came of it, and who made it. */
export interface Entry {
  /** Raised when the form of entries changes; others are a miss. */
  readonly schema: 2;
  /** Hexadecimal sha256 of the canonical JSON of `material`. */
  readonly key: string;
  readonly task: {
    readonly id: string;
    readonly kind: string;
    readonly target: string;
    readonly platform: string | null;
  };
  /** Everything the key was made from, for `explain`. */
  readonly material: Json;
  /** What the parts of `material` are called. Not part of the key: a file that has only another name changes nothing. */
  readonly declared: Declared;
  readonly output: Json;
  /** Stored files that the output names. */
  readonly blobs: readonly Blob[];
  readonly made: Made;
}

/** What a task reads and needs, by the names it has for them. */
export interface Declared {
  readonly inputs: Readonly<Record<string, Input | readonly Input[]>>;
  /** Ids of tasks. */
  readonly needs: Readonly<Record<string, string | readonly string[]>>;
}

/** When it was made (ISO 8601), how long it took (milliseconds) and where. */
export interface Made extends Origin {
  readonly at: string;
  readonly duration: number;
}

/** Where work is done. It informs people; only `registry` is used, to fetch digests that another registry lacks. */
export interface Origin {
  readonly host: string;
  /** Of the project's repository; null where there is none. */
  readonly commit: string | null;
  readonly branch: string | null;
  /** The home registry with its prefix: `registry.example.org/team/`, `localhost:5050/`. */
  readonly registry: string;
  /** Of this tool. */
  readonly version: string;
}
