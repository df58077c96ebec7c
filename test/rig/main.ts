import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import PQueue from "p-queue";
import { check } from "./check.ts";
import { runFile } from "./file.ts";
import { junit } from "./junit.ts";
import { counts, failedIn, failure, fileLine, skipped } from "./report.ts";
import { leavesOutGarage, leftOut } from "./without.ts";

/** Milliseconds for one file: much more than any takes, much less than a CI job. */
const limit = 300_000;

const { values, positionals } = parseArgs({ options: { "no-check": { type: "boolean" } }, allowPositionals: true });
const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort());
process.once("SIGTERM", () => interruption.abort());

const files = testFiles(positionals);
if (files.length === 0) {
  console.error(`Error: No test file's path contains ${positionals.map((it) => `"${it}"`).join(" or ")}`);
  process.exit(2);
}
const reports = values["no-check"] ? [] : [...(await check())];
for (const report of reports) console.log(fileLine(report));
await runFiles();
conclude();

/** Test files whose path contains one of the patterns; without patterns all. */
function testFiles(patterns: readonly string[]): readonly string[] {
  const all = globSync("test/**/*.test.ts", { exclude: ["test/fixtures/**"] }).sort();
  return all.filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)));
}

/** Files run side by side; those that want the machine for themselves come one by one at the end. */
async function runFiles(): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), "image-manager-tests-"));
  const without = (await leavesOutGarage()) ? files.filter((file) => isMarked(file, "garage")) : [];
  for (const file of without) reports.push(leftOut(file));
  const wanted = files.filter((file) => !without.includes(file));
  const alone = wanted.filter((file) => isMarked(file, "serial"));
  try {
    const together = wanted.filter((file) => !alone.includes(file));
    await new PQueue({ concurrency: availableParallelism() }).addAll(together.map((file) => () => run(file, scratch)));
    for (const file of alone) await run(file, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A file's first line may say what it needs: `// @serial`, `// @garage`. */
function isMarked(file: string, mark: string): boolean {
  return readFileSync(file, "utf8").startsWith(`// @${mark}\n`);
}

async function run(file: string, scratch: string): Promise<void> {
  if (interruption.signal.aborted) return;
  const report = await runFile(file, scratch, limit, interruption.signal);
  reports.push(report);
  console.log(fileLine(report));
}

function conclude(): void {
  mkdirSync("test-results", { recursive: true });
  writeFileSync("test-results/junit.xml", junit(reports));
  for (const report of reports) for (const line of skipped(report)) console.log(line);
  const bad = reports.filter(({ results }) => failedIn(results).length > 0);
  for (const report of bad) console.log(failure(report));
  console.log(counts(reports.flatMap(({ results }) => results)));
  process.exitCode = interruption.signal.aborted ? 130 : Math.min(bad.length, 1);
}
