import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { run } from "../../infrastructure/process/run.ts";
import { ImagesError, type Problem } from "../../src/problem.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { loadForReading, projectFolder } from "../project.ts";

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
  const compiler = findPackage("typescript", folder);
  const file = config ?? ["images.config.ts", "images.config.mts"].find((name) => existsSync(join(folder, name)));
  if (compiler === undefined || file === undefined) return false;
  const types = findPackage("@types/node", folder) === undefined ? [] : ["--types", "node"];
  const command = [process.execPath, join(compiler, "bin/tsc"), ...compilerOptions, ...types, file];
  const { code, stdout } = await run(command, { cwd: folder });
  if (code === 0) return true;
  throw new ImagesError(stdout.split("\n").flatMap(typeProblem));
}

const compilerOptions = [
  "--ignoreConfig",
  ...["--noEmit", "--strict", "--skipLibCheck", "--allowImportingTsExtensions", "--resolveJsonModule"],
  ...["--module", "nodenext", "--target", "es2024", "--pretty", "false", "--customConditions", "image-manager-source"],
];

/** The folder of a package: the project's own, else the one beside this tool. */
function findPackage(name: string, folder: string): string | undefined {
  for (const from of [join(folder, "package.json"), import.meta.url]) {
    try {
      return dirname(createRequire(from).resolve(`${name}/package.json`));
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
