import * as assert from "uvu/assert";
import { ProgressReader } from "../../../infrastructure/buildkit/progress.ts";
import type { Progress } from "../../../src/events.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("build progress");

function readerInto(reported: Progress[]): ProgressReader {
  return new ProgressReader((progress) => reported.push(progress));
}

const begun = { digest: "sha256:1", name: "[build 2/3] RUN make", started: "2026-01-01T00:00:00Z" };
const ended = { ...begun, completed: "2026-01-01T00:00:01Z" };

function log(data: Uint8Array | string, stream = 1): object {
  return { vertex: begun.digest, stream, data: Buffer.from(data).toString("base64") };
}

test("line() reports a step once, however often it comes", () => {
  const reported: Progress[] = [];
  const reader = readerInto(reported);
  for (const vertex of [begun, begun, ended]) reader.line(JSON.stringify({ vertexes: [vertex] }));
  assert.equal(reported, [{ kind: "step", text: "RUN make", index: 2, of: 3 }]);
});

test("line() reports whole lines, wherever the pieces of a log end", () => {
  const reported: Progress[] = [];
  const reader = readerInto(reported);
  const bytes = Buffer.from("grün\n");
  const pieces = [log("one\ntw"), log("warning", 2), log("o\r\n"), log(bytes.subarray(0, 3)), log(bytes.subarray(3))];
  for (const piece of pieces) reader.line(JSON.stringify({ logs: [piece] }));
  reader.line(JSON.stringify({ vertexes: [ended], logs: [log("no end")] }));
  const lines = reported.flatMap((it) => (it.kind === "log" ? [it.line] : []));
  assert.equal(lines, ["one", "two", "grün", "no end", "warning"]);
});

test("failed is the first step with an error of its own, with its last lines", () => {
  const reader = readerInto([]);
  const lines = Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join("");
  reader.line(JSON.stringify({ vertexes: [{ ...begun, digest: "sha256:2", error: "context canceled" }] }));
  reader.line(JSON.stringify({ vertexes: [begun], logs: [log(lines)] }));
  reader.line(JSON.stringify({ vertexes: [{ ...ended, error: "exit code: 1" }] }));
  const { name, error, log: last } = reader.failed ?? {};
  assert.equal([name, error], ["[build 2/3] RUN make", "exit code: 1"]);
  assert.equal([last?.length, last?.[0], last?.at(-1)], [20, "line 10", "line 29"]);
});

test("messages keeps what is no JSON: the place in the Dockerfile and the error", () => {
  const reader = readerInto([]);
  for (const line of ["Dockerfile:9", "--------------------", "error: failed to solve"]) reader.line(line);
  assert.equal(reader.messages, ["Dockerfile:9", "--------------------", "error: failed to solve"]);
});
