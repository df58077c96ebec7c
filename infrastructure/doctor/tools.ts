import { findTool } from "../tools/find.ts";
import { type Tool, type ToolName, tools } from "../tools/manifest.ts";
import { locateTool, obtainTool } from "../tools/obtain.ts";
import { asRoot, type Finding, type Machine, type Requirement } from "./requirement.ts";

/** BuildKit's programs: one build makes them all. */
export function buildkit(machine: Machine, names: readonly ToolName[]): Requirement {
  return built(machine, names, "builds images");
}

/** What further tools are for. */
const reasons: Partial<Readonly<Record<ToolName, string>>> = {
  "container-structure-test": "runs structure tests with Docker",
  syft: "lists the packages of images",
};

/** A tool that only some configurations ask for. */
export function further(machine: Machine, name: ToolName): Requirement {
  return built(machine, [name], reasons[name] ?? "");
}

function built(machine: Machine, names: readonly ToolName[], why: string): Requirement {
  return {
    name: names.join(" and "),
    why,
    needed: "always",
    check: () => judge(machine, names),
    fix: {
      command: "image-manager doctor --fix",
      run: async () => {
        for (const name of names) await obtainTool(name, machine.toolbox);
      },
    },
  };
}

/** The shared cache's server. Its crate says by itself that there is no cargo. */
export function garage(machine: Machine, needed: Requirement["needed"]): Requirement {
  return {
    ...built(machine, ["garage"], "holds the shared cache where docker compose does not start it"),
    needed,
    ...(needed === "optional" && { fix: { command: "image-manager start garage" } }),
  };
}

/** The Go that they are built with, which only a machine without them needs. */
export function go(machine: Machine, names: readonly ToolName[]): Requirement {
  const oldest = tools.buildctl.source.go;
  const wanted: Tool = { version: `>=${oldest}`, askVersion: ["version"] };
  return {
    name: "go",
    why: `builds ${names.join(" and ")}`,
    needed: "always",
    check: async () => {
      const found = await findTool("go", wanted, machine.toolbox.environment.PATH ?? "");
      if (found?.fits) return { ok: true, found: `${found.version} at ${found.file}` };
      const { ok } = await judge(machine, names);
      if (ok) return { ok, found: `not needed: ${names.join(" and ")} are there` };
      return { ok, found: found ? `${found.version} at ${found.file}, too old` : "no go on PATH" };
    },
    fix: { command: `Install Go ${oldest} or newer: https://go.dev/dl` },
  };
}

/** What buildkitd starts the steps of a build with. */
export function runc(machine: Machine): Requirement {
  return {
    name: "runc",
    why: "runs the steps of a build",
    needed: "always",
    check: () => judge(machine, ["runc"]),
    fix: { command: asRoot(machine, "apt-get install runc"), debian: ["runc"] },
  };
}

async function judge(machine: Machine, names: readonly ToolName[]): Promise<Finding> {
  const findings = await Promise.all(names.map((name) => judgeOne(machine, name)));
  const wrong = findings.filter(({ ok }) => !ok);
  const shown = wrong.length > 0 ? wrong : findings;
  return { ok: wrong.length === 0, found: shown.map(({ found }) => found).join(", ") };
}

async function judgeOne({ toolbox }: Machine, name: ToolName): Promise<Finding> {
  const found = await locateTool(name, toolbox);
  if (found === undefined) return { ok: false, found: `no ${name} on PATH or in ${toolbox.cache}` };
  const { file, version, fits } = found;
  return { ok: fits, found: `${version} at ${file}${fits ? "" : `, not ${tools[name].version}`}` };
}
