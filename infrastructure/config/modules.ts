import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

/** All modules that a configuration is made of, and whether they can have seen anything else. */
export interface Modules {
  /** Absolute paths, packages included, this tool's own not. */
  readonly files: readonly string[];
  /** Nothing in them reads files, processes, the network or a clock, as far as their text and imports tell. */
  readonly pure: boolean;
}

/** Modules of the runtime that give the same everywhere and always. */
const harmless = new Set(["node:assert", "node:path", "node:path/posix", "node:url", "node:util", "node:querystring"]);

/** Names by which a module reaches what no import tells of. */
const worldly = /\b(?:process|Deno|Date|fetch|globalThis|performance|Temporal)\b|\bMath\.random\b|\bimport\.meta\b/;

/** Notes which modules are loaded until it is ended. */
export function noteModules(): { readonly end: () => void; readonly modules: () => Modules } {
  const own = new Set([new URL(`../../src/mod${import.meta.url.slice(-3)}`, import.meta.url).href]);
  const files = new Set<string>();
  let pure = true;
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (own.has(resolved.url) || own.has(context.parentURL ?? "")) own.add(resolved.url);
      else if (resolved.url.startsWith("file:")) files.add(fileURLToPath(resolved.url));
      else if (!harmless.has(resolved.url)) pure = false;
      return resolved;
    },
  });
  return {
    end: () => hooks.deregister(),
    modules: () => ({ files: [...files].sort(), pure: pure && [...files].every(readsNothing) }),
  };
}

/** Packages are judged by their imports alone: nearly every text of theirs has one of the names somewhere. */
function readsNothing(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file) || !worldly.test(readFileSync(file, "utf8"));
}
