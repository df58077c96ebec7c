import { existsSync } from "node:fs";
import * as assert from "uvu/assert";
import { type FileReport, runFile } from "./file.ts";
import { type Context, suite } from "./suite.ts";

const test = suite("rig");

async function run(t: Context, fixture: string, limit = 20_000): Promise<FileReport> {
  return runFile(`test/fixtures/rig/${fixture}.ts`, await t.folder(), limit, t.signal);
}

/** `suite › test: first line of the message` of what failed. */
function failures({ results }: FileReport): readonly string[] {
  return results
    .filter(({ state }) => state === "failed")
    .map(({ suite, test, message }) => `${suite} › ${test}: ${message.split("\n")[0]}`);
}

test("suite() runs every test and tells how each ended", async (t) => {
  const report = await run(t, "mixed");
  assert.equal(
    report.results.map(({ test, state }) => `${test}: ${state}`),
    ["is left out: skipped", "passes: passed", "throws: failed", "passes when registered after a wait: passed"],
  );
  assert.match(report.output, "Broken on purpose");
  assert.match(report.output, "Skipped: mixed › is left out: The reason");
});

const broken: Readonly<Record<string, readonly string[]>> = {
  "throwing-before": [
    "throwing before › before hook: Error: No database",
    "throwing before › is never run: Never run, or never came to its end",
  ],
  "throwing-disposable": ["throwing disposable › passes but for its clean-up: Error: Cannot be disposed of"],
  "throwing-text": ["throwing text › throws what is no error: Error: Thrown: just text"],
  "never-settling": ["never settling › waits for ever: Error: Timed out after 50 ms"],
  "no-test": ["rig › start: The file registers no test"],
  "exits-early": [
    "exits early › leaves the process: Never run, or never came to its end",
    "exits early › is forgotten: Never run, or never came to its end",
    "rig › process: The file's process ended with status 1",
  ],
  "floating-rejection": ["rig › process: The file's process ended with status 1"],
  "not-loading": [
    "not loading › is never run: Never run, or never came to its end",
    "rig › process: The file's process ended with status 1",
  ],
  "left-open": ["rig › end: Still open after the last test: TCPServerWrap"],
  silent: ["rig › process: The file ended before its tests had run"],
};

for (const [fixture, expected] of Object.entries(broken)) {
  test(`runFile() fails a file that is ${fixture.replaceAll("-", " ")}`, async (t) => {
    assert.equal(failures(await run(t, fixture)), expected);
  });
}

test("runFile() kills a file that hangs while it loads", async (t) => {
  assert.equal(failures(await run(t, "hanging", 400)), ["rig › process: The file timed out after 400 ms"]);
});

const folders: string[] = [];
test("folder() gives a folder", async (t) => {
  folders.push(await t.folder());
  assert.ok(existsSync(folders[0] ?? ""));
});
test("folder() is removed after its test", () => {
  assert.is(existsSync(folders[0] ?? ""), false);
});
