import { userInfo } from "node:os";
import { join } from "node:path";
import { type Judged, judge, meet } from "../../infrastructure/doctor/meet.ts";
import type { Machine } from "../../infrastructure/doctor/requirement.ts";
import { requirements } from "../../infrastructure/doctor/requirements.ts";
import { isLocalGarage } from "../../infrastructure/garage/local.ts";
import { createLocks } from "../../infrastructure/process/locks.ts";
import type { Platform } from "../../src/model/platform.ts";
import type { Project } from "../../src/model/target.ts";
import type { Context } from "../context.ts";
import type { Flags } from "../flags.ts";
import { loadForReading } from "../project.ts";

/** Says what this machine lacks; with --fix gets it. Exits 5 while something needed is missing. */
export async function doctor(context: Context, _: readonly string[], flags: Flags): Promise<number> {
  // A configuration that cannot be loaded is no reason to know less about the machine.
  const project = await loadForReading(context, flags).catch(() => undefined);
  const machine = machineOf(context, project, flags);
  const needed = requirements(machine);
  if (flags.fix) await meet(needed, machine, (title, work) => timed(context, title, work));
  const judged = await judge(needed);
  if (flags.json) context.print(JSON.stringify({ requirements: judged.map(described) }, null, 2));
  else for (const one of judged) context.print(lineOf(one));
  return judged.every(({ requirement, finding }) => finding.ok || requirement.needed === "optional") ? 0 : 5;
}

function machineOf({ environment, signal, print }: Context, project: Project | undefined, flags: Flags): Machine {
  const { folders, variables } = environment;
  const locks = createLocks(join(folders.cache, "locks"));
  return {
    toolbox: { cache: join(folders.cache, "tools"), environment: variables, locks, report: print, signal },
    user: { name: userInfo().username, root: process.getuid?.() === 0 },
    system: process.platform,
    architecture: process.arch,
    ownBuilder: !variables.BUILDKIT_HOST,
    platforms: (flags.platform as readonly Platform[] | undefined) ?? [
      ...new Set(project?.targets.flatMap(({ platforms }) => platforms) ?? []),
    ],
    programs: programsOf(project),
    tools: toolsOf(project),
    garage: isLocalGarage(project?.cache ?? null) ? "optional" : "no",
    ownDocker: official(project) && !variables.DOCKER_HOST,
  };
}

/** Packages are listed unless the configuration says otherwise. */
function toolsOf(project: Project | undefined): Machine["tools"] {
  const listed = project?.targets.some(({ sbom }) => sbom) ?? true;
  return [
    ...(listed ? (["syft"] as const) : []),
    ...(official(project) ? (["container-structure-test"] as const) : []),
  ];
}

/** Whether tests are run by the official program. */
function official(project: Project | undefined): boolean {
  return project?.testing.driver === "container-structure-test";
}

/** Programs that the configuration's commands start; scripts of the project are there with it. */
function programsOf(project: Project | undefined): readonly string[] {
  const commands = project?.targets.flatMap(({ files }) => files.map(({ command }) => command[0] ?? "")) ?? [];
  return [...new Set(commands.filter((name) => !name.includes("/")))];
}

async function timed<T>({ print }: Context, title: string, work: () => Promise<T>): Promise<T> {
  const begin = performance.now();
  print(`${title} …`);
  const result = await work();
  print(`${title}: done in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  return result;
}

function described({ requirement: { name, why, needed, fix }, finding }: Judged) {
  return { name, why, needed, ...finding, fix: fix.command };
}

function lineOf({ requirement: { name, why, needed, fix }, finding: { ok, found } }: Judged): string {
  if (ok) return `✔ ${name.padEnd(24)} ${found}`;
  const mark = needed === "optional" ? "○" : "✘";
  return `${mark} ${name.padEnd(24)} ${found}\n    ${why}\n    get it: ${fix.command}`;
}
