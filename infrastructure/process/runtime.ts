import { fileURLToPath } from "node:url";

/** The command that runs a module of this package with the runtime that runs now (Node or Deno). */
export function runtimeCommand(module: URL): readonly string[] {
  const file = fileURLToPath(module);
  return "Deno" in globalThis ? [process.execPath, "run", "--allow-all", file] : [process.execPath, file];
}
