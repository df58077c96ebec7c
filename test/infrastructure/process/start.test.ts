import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as assert from "uvu/assert";
import { run } from "../../../infrastructure/process/run.ts";
import { runtimeCommand } from "../../../infrastructure/process/runtime.ts";
import { start } from "../../../infrastructure/process/start.ts";
import { type ImagesError, problemsOf } from "../../../src/problem.ts";
import { suite } from "../../rig/suite.ts";
import { processesNaming } from "./processes.ts";

const test = suite("start()");

test("start() gives each line of both streams, the last without its end", async () => {
  const lines: string[] = [];
  const running = start(["sh", "-c", "printf 'one\\r\\ntwo\\n\\nlast'; sleep 0.05; echo err >&2"], {
    onLine: (stream, line) => lines.push(`${stream}: ${line}`),
  });
  assert.equal(await running.done, { code: 0, signal: null });
  assert.equal(lines.sort(), ["stderr: err", "stdout: ", "stdout: last", "stdout: one", "stdout: two"]);
});

test("start() puts lines together from chunks and letters from bytes", async () => {
  const lines: string[] = [];
  const script = "printf 'a\\303'; sleep 0.05; printf '\\251b'; sleep 0.05; printf 'c\\n'";
  await start(["sh", "-c", script], { onLine: (_stream, line) => lines.push(line) }).done;
  assert.equal(lines, ["aébc"]);
});

test("start() keeps the last lines only, and cuts endless ones", async () => {
  const many = start(["seq", "1", "500"]);
  await many.done;
  assert.equal([many.tail.length, many.tail[0], many.tail.at(-1)], [50, "451", "500"]);
  const endless = start(["sh", "-c", "head -c 30000000 /dev/zero | tr '\\0' x"]);
  await endless.done;
  assert.ok((endless.tail[0]?.length ?? 0) < 5 * 1024 * 1024);
});

test("start() writes standard output to a file as it is", async (t) => {
  const file = join(await t.folder(), "out");
  const running = start(["sh", "-c", "printf '\\000\\377'; echo seen >&2"], { stdout: file });
  await running.done;
  assert.equal([...(await readFile(file))], [0, 255]);
  assert.equal(running.tail, ["seen"]);
});

test("start() passes what is written to standard input", async () => {
  const running = start(["cat"], { stdin: "pipe" });
  running.stdin?.end("through");
  await running.done;
  assert.equal(running.tail, ["through"]);
});

test("start() fails when the program is not there", async () => {
  const failure = await start(["./no-such-tool"]).done.catch((error: ImagesError) => error);
  assert.equal(problemsOf(failure)[0]?.message, "Cannot start ./no-such-tool: there is no such program");
});

test("start() fails when the program is not executable", async (t) => {
  const program = join(await t.folder(), "make.sh");
  await writeFile(program, "#!/bin/sh\n");
  const failure = await start([program]).done.catch((error: ImagesError) => error);
  const [problem] = problemsOf(failure);
  assert.equal(
    [problem?.message, problem?.fix],
    [`Cannot start ${program}: it is not executable`, `chmod +x ${program}`],
  );
});

test("kill() ends the whole group, first asking", async (t) => {
  const mark = await t.folder();
  const running = start(["sh", "-c", "trap 'echo asked; exit 3' TERM; sleep 60 & sleep 60 & wait"], { cwd: mark });
  await sleep(100);
  await running.kill();
  assert.equal(await running.done, { code: 3, signal: null });
  assert.equal([running.tail, await processesNaming(mark)], [["asked"], []]);
});

test("kill() does not wait longer than its grace", async (t) => {
  const mark = await t.folder();
  const running = start(["sh", "-c", "trap '' TERM; sleep 60; sleep 60"], { cwd: mark });
  await sleep(100);
  await running.kill(100);
  assert.equal(await running.done, { code: null, signal: "SIGKILL" });
  assert.equal(await processesNaming(mark), []);
});

test("start() kills the group when its signal is aborted, also beforehand", async () => {
  const abort = new AbortController();
  const running = start(["sleep", "60"], { signal: abort.signal });
  setTimeout(() => abort.abort(), 50);
  assert.equal(await running.done, { code: null, signal: "SIGTERM" });
  assert.equal(await start(["sleep", "60"], { signal: abort.signal }).done, { code: null, signal: "SIGTERM" });
});

test("start() ends what the program leaves in its group", async (t) => {
  const mark = await t.folder();
  await start(["sh", "-c", "sleep 60 & exit 0"], { cwd: mark }).done;
  await sleep(50);
  assert.equal(await processesNaming(mark), []);
});

test("no group outlives the process that started it", async (t) => {
  const mark = await t.folder();
  const command = ["sh", "-c", "trap '' TERM; sleep 60 & sleep 60"];
  await run([...runtimeCommand(new URL("child.ts", import.meta.url)), "leave", ...command], { cwd: mark });
  await sleep(50);
  assert.equal(await processesNaming(mark), []);
});
