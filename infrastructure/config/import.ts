import { createRequire, registerHooks } from "node:module";
import { dirname, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Definition } from "../../src/config/define.ts";
import { fail, ImagesError } from "../../src/problem.ts";
import { toImportProblem } from "./import-problem.ts";

/** A configuration as it was imported, and the files of the project that it is made of. */
export interface Imported {
  readonly definition: Definition;
  /** Absolute. */
  readonly modules: readonly string[];
}

/** How many configurations were imported: the name of a module that is to be loaded anew has a number to it. */
let imports = 0;

/**
 * Imports a configuration as the runtime does it, with its own imports; when asked again, from the files as they are
 * then.
 *
 * @throws ImagesError `configuration-failed` with the place of a syntax error, a failed import or a thrown error.
 */
export async function importConfiguration(file: string): Promise<Imported> {
  const watch = watchImports(dirname(file), imports);
  imports += 1;
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(file).href);
    return { definition: toDefinition(module.default, file), modules: [...new Set([file, ...watch.modules])] };
  } catch (error) {
    throw error instanceof ImagesError ? error : new ImagesError(toImportProblem(error, file), { cause: error });
  } finally {
    watch.end();
  }
}

/** Notes which files below the folder are imported while it lasts. From the second time on none is the one before. */
function watchImports(folder: string, time: number): { readonly modules: Set<string>; end(): void } {
  const modules = new Set<string>();
  const { cache } = createRequire(import.meta.url);
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const own = resolved.url.startsWith("file:") && isOwn(fileURLToPath(resolved.url), folder);
      if (!own) return resolved;
      const file = fileURLToPath(resolved.url);
      // CommonJS has a cache of its own, by file.
      if (time > 0 && !modules.has(file)) delete cache[file];
      modules.add(file);
      // TypeScript has modules whatever package.json says, and `npm init` says commonjs. Where nothing says what
      // JavaScript is, Node would warn that it has to guess.
      const format = resolved.url.endsWith(".ts") ? "module-typescript" : (resolved.format ?? "module");
      return { ...resolved, format, url: time === 0 ? resolved.url : `${resolved.url}?${time}` };
    },
  });
  return { modules, end: () => hooks.deregister() };
}

function isOwn(file: string, folder: string): boolean {
  const path = relative(folder, file).split(sep);
  return path[0] !== ".." && !path.includes("node_modules");
}

function toDefinition(value: unknown, file: string): Definition {
  if (typeof value === "object" && value !== null && "kind" in value && value.kind === "images")
    return value as Definition;
  return fail({
    code: "no-default-export",
    kind: "config",
    message: `Cannot use ${file}: its default export is not made by defineImages()`,
    place: { file },
    found: value === undefined ? "no default export" : "a default export that is not made by defineImages()",
    wanted: "export default defineImages({ images: [ … ] })",
  });
}
