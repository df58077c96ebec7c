import type { Digest } from "../entry.ts";
import type { Platform } from "../model/platform.ts";
import type { ImageConfig } from "../structure-test/facts.ts";
import type { LayerReport, TargetFacts, TestsReport } from "./document.ts";

/** All that can be said of a target without doing anything. Sizes are bytes. */
export interface Inspection extends Omit<TargetFacts, "labels"> {
  /** Of its index; null while there is none. */
  readonly digest: Digest | null;
  readonly tags: readonly InspectedTag[];
  readonly platforms: readonly InspectedPlatform[];
}

/** A tag at one of the places where the target is published. */
export interface InspectedTag {
  /** `localhost:5050/node:24` */
  readonly reference: string;
  /** Whether it points at the index, at something else, or does not exist. */
  readonly state: "here" | "elsewhere" | "absent";
}

export interface InspectedPlatform {
  readonly platform: Platform;
  /** Null: not built of what the sources are now. */
  readonly image: InspectedImage | null;
  /** Why there is no image; empty when there is one. */
  readonly reason: string;
}

export interface InspectedImage {
  readonly digest: Digest;
  readonly size: number;
  /** ISO 8601; null where the image does not say. */
  readonly created: string | null;
  readonly layers: readonly (LayerReport & { readonly instruction: string | null })[];
  readonly config: ImageConfig;
  readonly tests: { readonly state: TestsReport["state"]; readonly passed: number; readonly failed: number };
  /** How many; null: not listed. */
  readonly packages: number | null;
  /** What refers to its manifest. */
  readonly attached: readonly { readonly type: string; readonly digest: Digest; readonly size: number }[];
}

/** A step of `history` in an image configuration (OCI image-spec 1.1). */
export interface HistoryEntry {
  readonly created_by?: string;
  readonly empty_layer?: boolean;
}

/** The Dockerfile's instruction behind each layer, or null for all where the history tells of other layers. */
export function instructionsOf(history: readonly HistoryEntry[], layers: number): readonly (string | null)[] {
  const steps = history.filter((entry) => !entry.empty_layer);
  return Array.from({ length: layers }, (_, i) =>
    steps.length === layers ? instructionOf(steps[i]?.created_by ?? "") : null,
  );
}

/** `RUN |1 A=b /bin/sh -c make # buildkit` as it was written, as far as that can be told. */
function instructionOf(createdBy: string): string | null {
  const text = createdBy
    .replace(/ # buildkit$/, "")
    .replace(/^\/bin\/sh -c #\(nop\) +/, "")
    .replace(/^(RUN )?(\|\d+ .*? )?\/bin\/sh -c /, "RUN ");
  return text === "" ? null : text;
}
