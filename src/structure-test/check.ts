import type { TestFile } from "../model/structure-test.ts";
import type { TestResult } from "../ports.ts";
import type { ImageFacts } from "./facts.ts";

/** The results of a file's tests that need no container: existence, content, metadata, licenses, in this order. */
export function checkFacts(_file: TestFile, _facts: ImageFacts): readonly TestResult[] {
  throw new Error("Internal error: not there yet");
}
