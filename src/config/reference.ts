import { type Caller, callerOf } from "./place.ts";

declare const brand: unique symbol;

/** Something an image can start from: a tag of an image of this project, or an image from outside. */
export interface Reference {
  readonly [brand]: "reference";
}

/** What a `Reference` is at run time: plain data, checked when the configuration is resolved. */
export type ReferenceData = TargetReference | ExternalReference;

export interface TargetReference {
  readonly kind: "target";
  readonly image: string;
  readonly tag: string;
  readonly variant: string | null;
  readonly caller: Caller;
}

export interface ExternalReference {
  readonly kind: "external";
  readonly reference: string;
  readonly caller: Caller;
}

/** Hides what a reference is made of from those who write configurations. */
export function toReference(data: ReferenceData): Reference {
  return data as unknown as Reference;
}

/** The data behind a reference, once the schema has seen it. */
export function fromReference(reference: Reference): ReferenceData {
  return reference as unknown as ReferenceData;
}

/**
 * A base from outside the project: `external("alpine:3.22")`. It is pinned by digest in images.lock.
 */
export function external(reference: string): Reference {
  return toReference({ kind: "external", reference, caller: callerOf(external) });
}
