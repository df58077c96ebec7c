import "./defer.ts";
import { realpathSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { exec, suite as uvuSuite } from "uvu";
import { compare } from "uvu/diff";
import { asError, type Body, runInScope, Scope } from "./context.ts";
import { type Result, tell } from "./results.ts";

export type { Body, Context } from "./context.ts";

/** Registers tests of one subject; they run by themselves when the file has been loaded. */
export interface Suite {
  /** `timeout` in milliseconds, 30 seconds unless given. */
  (name: string, body: Body, options?: { readonly timeout?: number }): void;
  /** Leaves a test out, for a reason that is shown in every report. */
  skip(name: string, reason: string): void;
  /** Runs before the first test; what it opens through its context is closed after the last. */
  before(body: Body): void;
}

const suites: { run(): void }[] = [];
const registered: Pick<Result, "suite" | "test">[] = [];
const settled = new Set<object>();
let failed = false;
const patience = 30_000;

/** A suite of tests: `const test = suite("registry client")`, then `test("head() does X when Y", async (t) => {…})`. */
export function suite(name: string): Suite {
  const inner = uvuSuite(name);
  suites.push(inner);

  function test(title: string, body: Body, { timeout = patience } = {}): void {
    const entry = { suite: name, test: title };
    registered.push(entry);
    inner(title, () => settle(entry, () => runInScope(body, timeout)));
  }

  function skip(title: string, reason: string): void {
    const entry = { suite: name, test: title };
    registered.push(entry);
    settled.add(entry);
    note({ ...entry, state: "skipped", duration: 0, message: reason });
    console.log(`Skipped: ${name} › ${title}: ${reason}`);
  }

  function before(body: Body): void {
    const scope = new Scope();
    inner.before(() => hook(name, "before", () => scope.run(body, patience)));
    inner.after(() => hook(name, "after", () => scope[Symbol.asyncDispose]()));
  }

  return Object.assign(test, { skip, before });
}

async function settle(entry: Pick<Result, "suite" | "test">, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  const end = (state: Result["state"], message: string) => {
    settled.add(entry);
    note({ ...entry, state, duration: performance.now() - start, message });
  };
  try {
    await work();
    end("passed", "");
  } catch (thrown) {
    const error = asError(thrown);
    end("failed", describe(error));
    throw error;
  }
}

/** uvu swallows what hooks throw: it is kept as a failed test of its own. */
async function hook(suite: string, name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    fail(suite, `${name} hook`, describe(asError(thrown)));
    throw thrown;
  }
}

function fail(suite: string, test: string, message: string): void {
  note({ suite, test, state: "failed", duration: 0, message });
  console.error(`  ✘ ${suite} › ${test}: ${message}`);
}

function note(result: Result): void {
  failed ||= result.state === "failed";
  tell({ result });
}

function describe(error: Error): string {
  const { actual, expected } = error as { actual?: unknown; expected?: unknown };
  const difference = error.name.startsWith("AssertionError") ? `\n${compare(actual, expected)}` : "";
  return `${error.stack ?? error.message}${difference}`;
}

/** Importing the file that was started waits until all of it has been evaluated, top-level awaits included. */
async function main(): Promise<void> {
  await import(pathToFileURL(realpathSync(process.argv[1] ?? "")).href);
  for (const each of suites) each.run();
  await exec();
  tell({ end: { registered: registered.length } });
  complainWhenStillOpen();
}

/** A server or timer left behind would keep the process for ever; one that ends by itself never sees this. */
function complainWhenStillOpen(): void {
  const grace = 2_000;
  setTimeout(() => {
    fail("rig", "end", `Still open after the last test: ${process.getActiveResourcesInfo().join(", ")}`);
    process.exit(1);
  }, grace).unref();
}

/** The verdict is given on the way out, so that no crash, early exit or forgotten await gets round it. */
process.on("exit", (code) => {
  for (const entry of registered) {
    if (!settled.has(entry)) fail(entry.suite, entry.test, "Never run, or never came to its end");
  }
  if (registered.length === 0) fail("rig", "start", "The file registers no test");
  if (failed) process.exitCode = code || 1;
});

void main();
