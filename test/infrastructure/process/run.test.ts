import * as assert from "uvu/assert";
import { run } from "../../../infrastructure/process/run.ts";
import { runtimeCommand } from "../../../infrastructure/process/runtime.ts";
import { type ImagesError, problemsOf } from "../../../src/problem.ts";
import { suite } from "../../rig/suite.ts";
import { processesNaming } from "./processes.ts";

const test = suite("run()");

const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.unreachable("should have thrown"),
    (error: ImagesError) => problemsOf(error)[0],
  );

test("run() gives code and output, whatever the code", async () => {
  const finished = await run(["sh", "-c", "echo out; echo é >&2; exit 7"]);
  assert.equal(finished, { code: 7, stdout: "out\n", stderr: "é\n" });
});

test("run() passes arguments untouched by any shell", async () => {
  const nasty = ["a b", "$HOME", "'\"`\\", "$(id)", "", "é\n", "*"];
  const { stdout } = await run(["printf", "%s|", ...nasty]);
  assert.is(stdout, `${nasty.join("|")}|`);
});

test("run() closes standard input unless there is some", async () => {
  assert.is((await run(["cat"])).stdout, "");
  assert.is((await run(["cat"], { input: "" })).stdout, "");
  assert.is((await run(["cat"], { input: "text" })).stdout, "text");
});

test("run() gives 128 + n when a signal ended the tool", async () => {
  assert.is((await run(["sh", "-c", "kill -9 $$"])).code, 137);
});

test("run() uses folder and environment as given", async (t) => {
  const folder = await t.folder();
  const { stdout } = await run(["/bin/sh", "-c", "pwd -P; env | grep ^ONLY"], { cwd: folder, env: { ONLY: "this" } });
  assert.is(stdout, `${folder}\nONLY=this\n`);
});

test("run() heeds no ZX_ variable", async () => {
  const command = [...runtimeCommand(new URL("child.ts", import.meta.url)), "run", "echo", "clean"];
  const env = { ...(process.env as Record<string, string>), ZX_PREFIX: "echo injected;", ZX_VERBOSE: "true" };
  const { stdout, stderr } = await run(command, { env });
  assert.equal([stdout, stderr], ["clean\n", ""]);
});

test("run() says so when the program is not there", async () => {
  assert.equal(await problemOf(run(["no-such-tool", "--version"])), {
    code: "program-not-found",
    kind: "task",
    message: "Cannot start no-such-tool: there is no such program",
    fix: "Install no-such-tool, or add its folder to PATH",
  });
});

test("run() fails when time is up, though the command then exits 0, and leaves nothing running", async (t) => {
  const mark = await t.folder();
  const command = ["sh", "-c", `trap 'exit 0' TERM; sleep 60 & exec 3<${mark}; wait`];
  assert.equal(await problemOf(run(command, { cwd: mark, timeout: 200 })), {
    code: "command-timeout",
    kind: "task",
    message: `Stopped after 0.2 s: sh -c 'trap '\\''exit 0'\\'' TERM; sleep 60 & exec 3<${mark}; wait'`,
  });
  assert.equal(await processesNaming(mark), []);
});

test("run() kills what does not heed SIGTERM", async (t) => {
  const mark = await t.folder();
  const problem = await problemOf(run(["sh", "-c", "trap '' TERM; sleep 60; exit 0"], { cwd: mark, timeout: 100 }));
  assert.is(problem?.code, "command-timeout");
  assert.equal(await processesNaming(mark), []);
});

test("run() fails when it is cancelled, before or during", async (t) => {
  const folder = await t.folder();
  const wanted = { code: "command-cancelled", kind: "task", message: "Cancelled: sleep 60" };
  assert.equal(await problemOf(run(["sleep", "60"], { signal: AbortSignal.abort() })), wanted);
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 100);
  assert.equal(await problemOf(run(["sleep", "60"], { cwd: folder, signal: abort.signal })), wanted);
  assert.equal(await processesNaming(folder), []);
});

test("run() does not wait for what a tool left in the background", async () => {
  const started = performance.now();
  assert.is((await run(["sh", "-c", "sleep 30 & echo done"])).stdout, "done\n");
  assert.ok(performance.now() - started < 5000);
});
