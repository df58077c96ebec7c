import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import PQueue from "p-queue";
import type { FileReport } from "./file.ts";
import { failedIn, failure, fileLine } from "./report.ts";

/** Every check that needs no test: `npm run check` and the first part of `npm test`. */
const checks: Readonly<Record<string, () => readonly string[]>> = {
  "biome ci": () => [
    process.execPath,
    "node_modules/@biomejs/biome/bin/biome",
    "ci",
    "--error-on-warnings",
    "--colors=off",
    ".",
  ],
  tsc: () => [process.execPath, "node_modules/typescript/bin/tsc", "-p", ".", "--noEmit", "--pretty", "false"],
  "deno check": () => [process.execPath, "node_modules/deno/bin.cjs", "check", "--no-lock", "--quiet", ...sources()],
};

function sources(): readonly string[] {
  return ["src", "tasks", "infrastructure", "bin"].filter((folder) => existsSync(folder));
}

/** Runs all checks and prints a line for each; a report has one result, and what a failed command printed. */
export function check(): Promise<readonly FileReport[]> {
  const queue = new PQueue({ concurrency: availableParallelism() });
  return Promise.all(Object.entries(checks).map(([name, command]) => queue.add(() => runCheck(name, command()))));
}

async function runCheck(name: string, [program = "", ...args]: readonly string[]): Promise<FileReport> {
  const start = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1" } });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.once("error", (error) => chunks.push(Buffer.from(error.message)));
  child.once("close", (code) => resolve(code === 0));
  const state = (await promise) ? "passed" : "failed";
  const duration = performance.now() - start;
  const output = Buffer.concat(chunks).toString();
  return { file: name, results: [{ suite: "check", test: name, state, duration, message: output }], duration, output };
}

if (import.meta.main) {
  const reports = await check();
  for (const report of reports) console.log(fileLine(report));
  const bad = reports.filter(({ results }) => failedIn(results).length > 0);
  for (const report of bad) console.log(failure(report));
  process.exitCode = Math.min(bad.length, 1);
}
