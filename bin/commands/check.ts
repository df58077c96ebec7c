import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../infrastructure/process/run.ts";
import { ImagesError, type Problem } from "../../src/problem.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { loadAnew, projectFolder } from "../project.ts";

/** Loads the configuration and checks its types; everything that is wrong is said at once. */
export async function check(context: Context, _: readonly string[], flags: Flags): Promise<number> {
  const folder = projectFolder(context, flags);
  const named = flags.config && resolve(context.folder, flags.config);
  const [loaded, types] = await Promise.allSettled([loadAnew(context, flags), checkTypes(folder, named)]);
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
  context.print(`${targets} ${targets === 1 ? "target" : "targets"}, no problems`);
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
  const scratch = await mkdtemp(join(tmpdir(), "image-manager-check-"));
  try {
    const project = join(scratch, "tsconfig.json");
    await writeFile(project, JSON.stringify({ compilerOptions: optionsFor(folder), files: [resolve(folder, file)] }));
    const command = [process.execPath, join(compiler, "bin/tsc"), "-p", project, "--pretty", "false"];
    const { code, stdout } = await run(command, { cwd: folder });
    if (code === 0) return true;
    const [first = unread(stdout), ...others] = stdout.split("\n").flatMap(typeProblem);
    throw new ImagesError([first, ...others]);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** `image-manager` is this very program, as when the configuration is loaded, installed in the project or not. */
function optionsFor(folder: string): Readonly<Record<string, unknown>> {
  const nodeTypes = findPackage("@types/node", folder);
  const self = import.meta.url.endsWith(".ts") ? "../../src/mod.ts" : "../../src/mod.d.ts";
  return {
    ...{ module: "nodenext", target: "es2024", noEmit: true, strict: true, skipLibCheck: true },
    ...{ allowImportingTsExtensions: true, resolveJsonModule: true, allowJs: true },
    paths: { "image-manager": [fileURLToPath(new URL(self, import.meta.url))] },
    ...(nodeTypes === undefined ? { types: [] } : { types: ["node"], typeRoots: [dirname(nodeTypes)] }),
  };
}

function unread(output: string): Problem {
  const log = output.trim().split("\n");
  return { code: "types-unchecked", kind: "config", message: "Cannot check the types: TypeScript failed", log };
}

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
  return [{ code: "type-error", kind: "config", message: `${withoutOwnTypes(text)} (${code})`, place }];
}

/** The compiler names the whole type that an image is inferred as, which says nothing to anybody. */
function withoutOwnTypes(text: string): string {
  return text.replace(/ in type '.{60,}'\.?$/, " here");
}
