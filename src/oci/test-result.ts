import type { Digest } from "../entry.ts";
import { canonical } from "../json.ts";

/** Media type of a statement (in-toto attestation framework, version 1). */
export const statementType = "application/vnd.in-toto+json";

/** What the statement says (in-toto attestation framework, "Test Result predicate", version 0.1). */
export const testResultType = "https://in-toto.io/attestation/test-result/v0.1";

/** Tests that an image has passed. */
export interface PassedTests {
  /** What was tested, on one platform: its name is for people, its digest tells which it is. */
  readonly image: { readonly name: string; readonly digest: Digest };
  /** The test files, by hexadecimal sha256. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  readonly tests: readonly string[];
}

/** Says that an image has passed its tests. It has no time and no duration: the same tests give the same text. */
export function testResult({ image, files, tests }: PassedTests): string {
  const [algorithm = "", hex = ""] = image.digest.split(":");
  return canonical({
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: image.name, digest: { [algorithm]: hex } }],
    predicateType: testResultType,
    predicate: {
      result: "PASSED",
      configuration: files.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
      passedTests: tests,
    },
  });
}
