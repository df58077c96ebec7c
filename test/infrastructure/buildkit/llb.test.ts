import { createHash } from "node:crypto";
import * as assert from "uvu/assert";
import { type Chain, definitionOf, placeOf, type Step, stepName } from "../../../infrastructure/buildkit/llb.ts";
import { integer, message, text } from "../../../infrastructure/buildkit/protobuf.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("LLB");

const step: Step = { args: ["echo", ""], env: { A: "1" }, cwd: "/app", user: "node", hostname: "abc", exitCode: 3 };
const chain: Chain = { image: "localhost:5050/app@sha256:c0de", platform: "linux/arm64", steps: [step] };

test("fields are written as Protocol Buffers want them", () => {
  assert.is(integer(1, 0).toString("hex"), "0800");
  // The example of the format's own documentation.
  assert.is(integer(1, 150).toString("hex"), "089601");
  assert.is(text(2, "testing").toString("hex"), "120774657374696e67");
  assert.is(message(16, Buffer.alloc(300)).subarray(0, 4).toString("hex"), "8201ac02");
});

test("a chain is a source, a command on it, and what is wanted of them", () => {
  const [source, exec, last, name] = fieldsOf(definitionOf(chain));
  assert.is(source?.toString().includes("docker-image://localhost:5050/app@sha256:c0de"), true);
  assert.is(exec?.toString().includes(digestOf(source)), true);
  assert.is(last?.subarray(4).toString(), digestOf(exec));
  assert.is(name?.toString().includes(digestOf(exec)), true);
  assert.ok(name?.toString().endsWith("step 1"));
});

test("an empty argument is an argument", () => {
  const without = definitionOf({ ...chain, steps: [{ ...step, args: ["echo"] }] });
  assert.is.not(without.toString("hex"), definitionOf(chain).toString("hex"));
});

test("a step is found again by its name", () => {
  assert.equal([placeOf(stepName(0)), placeOf(stepName(11)), placeOf("docker-image://app")], [0, 11, -1]);
});

/** The fields of a message whose fields all are messages. */
function fieldsOf(bytes: Buffer): readonly Buffer[] {
  const fields: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    let [length, shift] = [0, 0];
    do {
      at += 1;
      length += ((bytes[at] ?? 0) & 127) << shift;
      shift += 7;
    } while ((bytes[at] ?? 0) > 127);
    fields.push(bytes.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return fields;
}

function digestOf(op: Buffer = Buffer.of()): string {
  return `sha256:${createHash("sha256").update(op).digest("hex")}`;
}
