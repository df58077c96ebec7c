import { commands } from "./command-cases.ts";
import { facts } from "./fact-cases.ts";

/** A file of tests on an image, each of which is a case: its name says what it is about and how it should end. */
export interface CaseFile {
  readonly name: string;
  readonly image: "rich" | "bare";
  /** YAML below `schemaVersion`. A test whose name ends in `fails` is expected to. */
  readonly text: string;
  /** Sections without names of their own that are expected to fail: `metadataTest`. */
  readonly failing?: readonly string[];
  /** An option that no step of BuildKit has: its driver says so. */
  readonly beyondSteps?: string;
}

/** Every section and key of the schema, once passing and once failing. */
export const files: readonly CaseFile[] = [...commands, ...facts];
