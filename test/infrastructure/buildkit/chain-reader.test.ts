import * as assert from "uvu/assert";
import { ChainReader } from "../../../infrastructure/buildkit/chain-reader.ts";
import { startFailure } from "../../../infrastructure/buildkit/start-failure.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("progress of a chain");

const [began, ended] = ["2026-01-01T00:00:00.000000001Z", "2026-01-01T00:00:01.500000002Z"];
const log = (stream: number, data: Buffer | string) => ({
  vertex: "sha256:1",
  stream,
  data: Buffer.from(data).toString("base64"),
});

function read(...lines: readonly object[]): ChainReader {
  const reader = new ChainReader();
  for (const line of lines) reader.line(JSON.stringify(line));
  return reader;
}

test("what a step printed is put together as it was, by stream", () => {
  const [first, second] = [Buffer.from("ü").subarray(0, 1), Buffer.from("ü").subarray(1)];
  const vertex = { digest: "sha256:1", name: "step 1", started: began };
  const reader = read(
    { vertexes: [vertex], logs: [log(1, "a\r\n"), log(2, "wrong")] },
    { logs: [log(1, first)] },
    { logs: [log(1, second)] },
  );
  assert.equal([reader.running, reader.printed], [0, 10]);
  reader.line(JSON.stringify({ vertexes: [{ ...vertex, completed: ended }] }));
  assert.is(reader.running, undefined);
  assert.equal(reader.begun, [{ stdout: "a\r\nü", stderr: "wrong", duration: 1500 }]);
});

test("steps are told from what BuildKit does for them, in whatever order they are told of", () => {
  const reader = read(
    { vertexes: [{ digest: "sha256:0", name: "docker-image://app", started: began }] },
    {
      vertexes: [
        { digest: "sha256:2", name: "step 2", started: ended },
        { digest: "sha256:1", name: "step 1", started: began, completed: ended },
      ],
    },
  );
  assert.equal([reader.begun.length, reader.running], [2, 1]);
});

test("startFailure() tells a program that was not started from one that ended with 1", () => {
  const reason = (stderr: string, stdout = "") => startFailure({ stdout, stderr, duration: 0 }, "app");
  const runc = "runc run failed: unable to start container process: ";
  assert.is(
    reason(`${runc}exec: "app": executable file not found in $PATH\n`),
    'exec: "app": executable file not found in $PATH',
  );
  assert.is(reason("exec /bin/app: exec format error\n"), "exec format error");
  assert.is(reason("exec /bin/other: exec format error\n"), null);
  assert.is(reason("app: no such file or directory\n"), null);
  assert.is(reason(`${runc}exec: "app"\n`, "something"), null);
  assert.is(reason(""), null);
});
