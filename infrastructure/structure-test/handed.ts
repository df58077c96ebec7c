import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import type { TestFile } from "../../src/model/structure-test.ts";
import type { TestRequest } from "../../src/ports.ts";

/** The variables that a file's options hand on: of a file, then of the request's environment; empty ones are not. */
export async function handedOn(
  { containerRunOptions: { envFile, envVars } }: TestFile,
  { project, request: { environment } }: { readonly project: string; readonly request: TestRequest },
): Promise<Readonly<Record<string, string>>> {
  const text = envFile === null ? "" : await readFile(resolve(project, envFile), "utf8");
  const named = envVars.map((name) => [name, environment[name]] as const);
  const all = [...Object.entries(parseEnv(text)), ...named];
  return Object.fromEntries(all.filter((pair): pair is [string, string] => Boolean(pair[1])));
}
