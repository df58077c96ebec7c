import { findTool } from "../tools/find.ts";
import { type Tool, type ToolName, tools } from "../tools/manifest.ts";
import { locateTool, obtainTool } from "../tools/obtain.ts";
import { asRoot, type Finding, type Machine, type Requirement } from "./requirement.ts";

/** A tool of the manifest: found, or built, or installed from Debian. */
export function tool(machine: Machine, name: ToolName, why: string): Requirement {
  const { debian }: Tool = tools[name];
  return {
    name,
    why,
    needed: "always",
    check: () => judge(machine, name),
    fix: debian
      ? { command: asRoot(machine, `apt-get install ${debian}`), debian: [debian] }
      : { command: "image-manager doctor --fix", run: async () => void (await obtainTool(name, machine.toolbox)) },
  };
}

/** The Go that tools are built with, which only a machine without them needs. */
export function go(machine: Machine, names: readonly ToolName[]): Requirement {
  const wanted: Tool = { version: ">=1.24.3", askVersion: ["version"] };
  return {
    name: "go",
    why: `builds ${names.join(" and ")}`,
    needed: "always",
    check: async () => {
      const found = await findTool("go", wanted, machine.toolbox.environment.PATH ?? "");
      if (found?.fits) return { ok: true, found: `${found.version} at ${found.file}` };
      const built = await Promise.all(names.map((name) => judge(machine, name)));
      if (built.every(({ ok }) => ok)) return { ok: true, found: `not needed, ${names.join(" and ")} are there` };
      return { ok: false, found: found ? `${found.version} at ${found.file}, too old` : "no go on PATH" };
    },
    fix: { command: "Install Go 1.24.3 or newer: https://go.dev/dl" },
  };
}

async function judge({ toolbox }: Machine, name: ToolName): Promise<Finding> {
  const found = await locateTool(name, toolbox);
  if (found === undefined) return { ok: false, found: `no ${name} on PATH or in ${toolbox.cache}` };
  const { file, version, fits } = found;
  return { ok: fits, found: `${version} at ${file}${fits ? "" : `, not ${tools[name].version}`}` };
}
