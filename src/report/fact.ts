import type { Digest } from "../entry.ts";
import type { Platform } from "../model/platform.ts";
import type { TestResult } from "../ports.ts";
import type { Failure } from "./document.ts";

/** One thing that a run found out about a target: what a task gave, or why it gave nothing. */
export type Fact =
  | ({ readonly of: "build"; readonly layers: readonly Layer[] } & OnPlatform & Named)
  | ({ readonly of: "tests"; readonly results: readonly TestResult[] } & OnPlatform)
  /** `sbom` is the sha256 of its CycloneDX document. */
  | ({ readonly of: "packages"; readonly sbom: string } & OnPlatform)
  | ({ readonly of: "index" } & OfTarget & Named)
  /** References that point at the index: `localhost:5050/node:24`. */
  | ({ readonly of: "tags"; readonly references: readonly string[] } & OfTarget)
  | ({ readonly of: "failure"; readonly platform: Platform | null; readonly failure: Failure } & OfTarget);

interface OfTarget {
  /** `node:24.11.0` */
  readonly target: string;
}

interface OnPlatform extends OfTarget {
  readonly platform: Platform;
}

interface Named {
  readonly digest: Digest;
}

/** A compressed layer; size in bytes. */
export interface Layer extends Named {
  readonly size: number;
}

/** The facts of one sort. */
export type FactOf<Sort extends Fact["of"]> = Extract<Fact, { readonly of: Sort }>;
