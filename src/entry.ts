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
  readonly schema: 1;
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
  readonly output: Json;
  /** When it was made (ISO 8601), how long it took (milliseconds) and where. Informs people; decides nothing. */
  readonly made: { readonly at: string; readonly duration: number; readonly host: string };
}
