import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createCommands } from "../../../infrastructure/process/command.ts";
import type { Blob } from "../../../src/entry.ts";
import type { CommandRequest } from "../../../src/ports.ts";
import { type ImagesError, problemsOf } from "../../../src/problem.ts";
import { type Context, suite } from "../../rig/suite.ts";

const test = suite("commands");

/** Commands in fresh folders; `made` are the contents of the files that were given to the blobs. */
async function setUp(t: Context) {
  const project = await t.folder();
  const scratch = await t.folder();
  const made: string[] = [];
  const adopt = async (file: string): Promise<Blob> => {
    made.push(await readFile(file, "utf8"));
    await rm(file);
    return { sha256: "made", size: made.length };
  };
  const blobs = { adopt, has: async () => false, path: async () => undefined, open: async function* () {} };
  const environment = { PATH: process.env.PATH, HOME: "/home/u", TOKEN: "t", OTHER: "o" };
  const commands = createCommands({ project, environment, scratch, blobs });
  const lines: string[] = [];
  const make = (request: CommandRequest, signal = t.signal) =>
    commands.make(request, (progress) => progress.kind === "log" && lines.push(progress.line), signal);
  return { project, scratch, made, lines, make };
}

const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.unreachable("should have thrown"),
    (error: ImagesError) => problemsOf(error)[0],
  );

test("make() takes standard output as the file, and standard error as progress", async (t) => {
  const { make, made, lines, scratch } = await setUp(t);
  const blob = await make({ file: "out", command: ["sh", "-c", "printf content; echo at it >&2"], env: [] });
  assert.equal([blob, made, lines], [{ sha256: "made", size: 1 }, ["content"], ["at it"]]);
  assert.equal(await readdir(scratch), []);
});

test("make() takes the file that the command writes to {out}", async (t) => {
  const { make, made, lines } = await setUp(t);
  await make({ file: "out", command: ["sh", "-c", "printf content > $1; echo at it", "sh", "{out}"], env: [] });
  assert.equal([made, lines], [["content"], ["at it"]]);
});

test("make() runs in the project's folder with the declared variables only", async (t) => {
  const { make, made, project } = await setUp(t);
  await writeFile(join(project, "here"), "");
  await make({
    file: "out",
    command: ["sh", "-c", "ls; env | grep -v -e ^PATH= -e ^PWD= | sort"],
    env: ["TOKEN", "ABSENT"],
  });
  assert.is(made[0], "here\nHOME=/home/u\nLANG=C.UTF-8\nSOURCE_DATE_EPOCH=315532800\nTOKEN=t\n");
});

test("make() shows command, status and last lines when it fails", async (t) => {
  const { make, made, scratch } = await setUp(t);
  const command = ["sh", "-c", "seq 1 30 >&2; exit 3"];
  assert.equal(await problemOf(make({ file: "out", command, env: [] })), {
    code: "command-failed",
    kind: "task",
    message: "Command ended with exit status 3: sh -c 'seq 1 30 >&2; exit 3'",
    fix: "Run it by hand in the project's folder: sh -c 'seq 1 30 >&2; exit 3'",
    log: Array.from({ length: 20 }, (_, index) => String(index + 11)),
  });
  assert.equal([made, await readdir(scratch)], [[], []]);
});

test("make() fails when nothing was written to {out}", async (t) => {
  const { make } = await setUp(t);
  const problem = await problemOf(make({ file: "out", command: ["test", "{out}"], env: [] }));
  assert.is(problem?.message, "Command ended with exit status 0, but {out} is not there: test {out}");
});

test("make() says what to install when the program is not there", async (t) => {
  const { make } = await setUp(t);
  const problem = await problemOf(make({ file: "out", command: ["no-such-tool"], env: [] }));
  assert.equal([problem?.code, problem?.fix], ["program-not-found", "Install no-such-tool, or add its folder to PATH"]);
});

test("make() fails when it is cancelled, though the command then exits 0", async (t) => {
  const { make, made, scratch } = await setUp(t);
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 100);
  const command = ["sh", "-c", "trap 'exit 0' TERM; sleep 60 & wait"];
  const problem = await problemOf(make({ file: "out", command, env: [] }, abort.signal));
  assert.equal([problem?.code, made, await readdir(scratch)], ["command-cancelled", [], []]);
});
