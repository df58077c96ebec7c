import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { run } from "../../infrastructure/process/run.ts";
import { ImagesError, type Problem } from "../../src/problem.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { loadForReading, projectFolder } from "../session.ts";

/** Loads the configuration and checks its types; everything that is wrong is said at once. */
export async function check(context: Context, _: readonly string[], flags: Flags): Promise<number> {
  const folder = projectFolder(context, flags);
  const [loaded, types] = await Promise.allSettled([loadForReading(context, flags), checkTypes(folder, flags.config)]);
  const problems = [loaded, types].flatMap((result) => (result.status === "rejected" ? problemsIn(result.reason) : []));
  if (problems.length > 0) throw new ImagesError(problems);
  if (loaded.status === "fulfilled") report(context, flags, loaded.value.targets.length, loaded.value.notices, types);
  return 0;
}

function report(
  context: Context,
  flags: Flags,
  targets: number,
  notices: readonly string[],
  types: PromiseSettledResult<boolean>,
): void {
  const typed = types.status === "fulfilled" && types.value;
  const skipped = "Types were not checked: there is no TypeScript here; 'npm install --save-dev typescript' brings it";
  if (flags.json) {
    context.print(JSON.stringify({ targets, notices, typesChecked: typed }));
    return;
  }
  for (const notice of notices) context.print(`Note: ${notice}`);
  if (!typed) context.print(skipped);
  context.print(`${targets} targets, no problems`);
}

function problemsIn(error: unknown): readonly Problem[] {
  if (error instanceof ImagesError) return error.problems;
  throw error;
}

/** Whether the types were checked: false where no TypeScript is installed. */
async function checkTypes(folder: string, config: string | undefined): Promise<boolean> {
  const compiler = findCompiler(folder);
  const file = config ?? ["images.config.ts", "images.config.mts"].find((name) => existsSync(join(folder, name)));
  if (compiler === undefined || file === undefined) return false;
  const { code, stdout } = await run([process.execPath, compiler, ...compilerOptions, file], { cwd: folder });
  if (code === 0) return true;
  throw new ImagesError(stdout.split("\n").flatMap(typeProblem));
}

const compilerOptions = [
  "--ignoreConfig",
  ...["--noEmit", "--strict", "--skipLibCheck", "--allowImportingTsExtensions", "--resolveJsonModule"],
  ...["--module", "nodenext", "--target", "es2024", "--pretty", "false", "--customConditions", "image-manager-source"],
];

/** The project's own TypeScript, else the one beside this tool. */
function findCompiler(folder: string): string | undefined {
  for (const from of [join(folder, "package.json"), import.meta.url]) {
    try {
      return join(createRequire(from).resolve("typescript/package.json"), "../bin/tsc");
    } catch {
      // Not there; the next place may have one.
    }
  }
  return undefined;
}

/** `images.config.ts(14,5): error TS2345: …` */
function typeProblem(line: string): readonly Problem[] {
  const [, file, row, column, code, text] = /^(.+)\((\d+),(\d+)\): error (TS\d+): (.*)$/.exec(line) ?? [];
  if (file === undefined || text === undefined) return [];
  const place = { file, line: Number(row), column: Number(column) };
  return [{ code: "type-error", kind: "config", message: `${text} (${code})`, place }];
}
