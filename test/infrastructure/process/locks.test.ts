import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as assert from "uvu/assert";
import { createLocks } from "../../../infrastructure/process/locks.ts";
import { runtimeCommand } from "../../../infrastructure/process/runtime.ts";
import { type Running, start } from "../../../infrastructure/process/start.ts";
import { type Context, suite } from "../../rig/suite.ts";

const test = suite("locks");
const holder = new URL("holder.ts", import.meta.url);
const silent = () => {};

/** A process that holds the lock until it is killed. */
async function startHolder(t: Context, folder: string): Promise<Running> {
  const held = Promise.withResolvers<void>();
  const running = start([...runtimeCommand(holder), folder, "", "0"], {
    signal: t.signal,
    onLine: (_stream, line) => line === "held" && held.resolve(),
  });
  await held.promise;
  return running;
}

test("hold() lets one in at a time, in one process", async (t) => {
  const locks = createLocks(await t.folder());
  const first = await locks.hold("a/b:c", silent, t.signal);
  let waited = 0;
  const second = locks.hold("a/b:c", () => (waited += 1), t.signal);
  await using _other = await locks.hold("other", silent, t.signal);
  assert.is(await Promise.race([second, sleep(100, "nobody")]), "nobody");
  await first[Symbol.asyncDispose]();
  await (await second)[Symbol.asyncDispose]();
  assert.is(waited, 1);
});

test("hold() loses no turn among many processes, with a dead claim lying there", async (t) => {
  const folder = await t.folder();
  const dead = await startHolder(t, folder);
  process.kill(dead.pid as number, "SIGKILL");
  await dead.done;
  const file = join(await t.folder(), "count");
  await writeFile(file, "0");
  const many = Array.from({ length: 5 }, () => start([...runtimeCommand(holder), folder, file, "20"]));
  for (const { done, tail } of many) assert.is((await done).code, 0, tail.join("\n"));
  assert.is(await readFile(file, "utf8"), "100");
  assert.equal(await readdir(folder), []);
});

test("hold() takes over at once from a process that was killed", async (t) => {
  const folder = await t.folder();
  const other = await startHolder(t, folder);
  const told = Promise.withResolvers<void>();
  const lock = createLocks(folder).hold("name", told.resolve, t.signal);
  await told.promise;
  process.kill(other.pid as number, "SIGKILL");
  const killed = performance.now();
  await using _lock = await lock;
  assert.ok(performance.now() - killed < 1000);
});

test("hold() is not misled by a new process with the old one's id", async (t) => {
  const folder = await t.folder();
  const locks = createLocks(folder);
  const lock = await locks.hold("name", silent, t.signal);
  const [claim = ""] = await readdir(folder);
  await lock[Symbol.asyncDispose]();
  const [name, age, pid, , random] = claim.split("_");
  await using again = await locks.hold("name", silent, t.signal);
  await writeFile(join(folder, [name, age, pid, "1", random].join("_")), "");
  await again[Symbol.asyncDispose]();
  await using _free = await locks.hold("name", () => assert.unreachable("waits for a dead claim"), t.signal);
});

test("hold() stops waiting when aborted and leaves no claim", async (t) => {
  const folder = await t.folder();
  const locks = createLocks(folder);
  const first = await locks.hold("name", silent, t.signal);
  const abort = new AbortController();
  const waiting = locks.hold("name", () => abort.abort(new Error("enough")), abort.signal);
  const error = await waiting.catch((error: Error) => error);
  assert.ok(error instanceof Error && error.name === "AbortError");
  await first[Symbol.asyncDispose]();
  assert.equal(await readdir(folder), []);
});
