import type { StructureTestSpec } from "../structure-test/spec.ts";
import { type Caller, callerOf } from "./place.ts";

declare const brand: unique symbol;

/** Structure tests written in the configuration. */
export interface StructureTests {
  readonly [brand]: "structure tests";
}

/** What `StructureTests` are at run time, unchecked. */
export interface StructureTestsData {
  readonly tests: unknown;
  readonly caller: Caller;
}

/**
 * Structure tests as a value: `tests: structureTest({ commandTests: [{ name: "starts", command: "app" }] })`.
 *
 * The keys are those of a file of container-structure-test 2.0.0, without `schemaVersion`.
 */
export function structureTest(tests: StructureTestSpec): StructureTests {
  const data: StructureTestsData = { tests, caller: callerOf(structureTest) };
  return data as unknown as StructureTests;
}

/** Whether a value was made by `structureTest()`. */
export function isStructureTests(value: unknown): boolean {
  return typeof value === "object" && value !== null && "tests" in value && "caller" in value;
}

/** The data behind tests, once the schema has seen them. */
export function fromStructureTests(tests: StructureTests): StructureTestsData {
  return tests as unknown as StructureTestsData;
}
