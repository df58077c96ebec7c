import { join } from "node:path";
import { fail } from "../../src/problem.ts";
import { buildSource } from "./build.ts";
import { type Found, findTool, isExecutable, type Toolbox } from "./find.ts";
import { type Source, type Tool, type ToolName, tools } from "./manifest.ts";

/**
 * Absolute path of a tool in the version of the manifest: from PATH, else the tool cache, else built from its source.
 *
 * @throws ImagesError `tool-missing` with what was found and how to get it, `tool-build-failed` with the last lines of its build.
 */
export async function obtainTool(name: ToolName, box: Toolbox): Promise<string> {
  const tool: Tool = tools[name];
  const found = await findTool(name, tool, box.environment.PATH ?? "");
  if (found?.fits) return found.file;
  const cached = cachedFile(name, tool, box.cache);
  if (cached === undefined) return missing(name, tool, found);
  if (!(await isExecutable(cached))) await buildSource(tool.source as Source, box);
  return cached;
}

/** Where the tool is, if it is there without building anything. */
export async function locateTool(
  name: ToolName,
  box: Pick<Toolbox, "cache" | "environment">,
): Promise<Found | undefined> {
  const tool: Tool = tools[name];
  const found = await findTool(name, tool, box.environment.PATH ?? "");
  if (found?.fits) return found;
  const cached = cachedFile(name, tool, box.cache);
  if (cached === undefined || !(await isExecutable(cached))) return found;
  return { file: cached, version: tool.version, fits: true };
}

/** A source's programs lie in one folder, which appears whole: a file in it is the right one. */
function cachedFile(name: string, { source }: Tool, cache: string): string | undefined {
  return source && join(cache, `${source.name}-${source.version}`, name);
}

function missing(name: string, { version, debian }: Tool, found: Found | undefined): never {
  return fail({
    code: "tool-missing",
    kind: "service",
    message: `${name} ${version} not found`,
    found: found ? `version ${found.version} at ${found.file}` : `no ${name} on PATH`,
    wanted: `${name} ${version}`,
    fix: `Run 'apt-get install ${debian ?? name}' as root, or put ${name} on PATH`,
  });
}
