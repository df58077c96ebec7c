import * as assert from "uvu/assert";
import type { Answer } from "./wire.ts";

/** The answer has one of these statuses. */
export function expect(answer: Answer, ...statuses: readonly number[]): void {
  const { status, body } = answer;
  const text = body.toString("utf8", 0, 300);
  assert.ok(statuses.includes(status), `Status is ${status} where ${statuses.join(" or ")} was expected: ${text}`);
}

/** The answer is a refusal in the specification's form. */
export function refused(answer: Answer, code: string, ...statuses: readonly number[]): void {
  expect(answer, ...statuses);
  const { errors } = parse(answer) as { errors: { code: string; message?: string }[] };
  assert.ok(Array.isArray(errors) && errors.length > 0, "The answer has a list of errors");
  assert.equal(errors[0]?.code, code);
}

/** The Location of an answer, which must have one. */
export function location({ headers }: Answer): string {
  assert.ok(headers.location, "The answer has a Location");
  return headers.location as string;
}

/** The JSON of an answer. */
export function parse({ body }: Answer): unknown {
  return JSON.parse(body.toString());
}
