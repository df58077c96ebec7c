import { fail, ImagesError, type Problem, problemsOf } from "../../src/problem.ts";
import { start } from "../process/start.ts";
import { childEnvironment, findProgram } from "../tools/find.ts";
import type { Finding, Machine, Requirement } from "./requirement.ts";

/** A requirement as it was found. */
export interface Judged {
  readonly requirement: Requirement;
  readonly finding: Finding;
}

/** Does a piece of work under a title; says when it begins and when it has ended. */
export type Step = <T>(title: string, work: () => Promise<T>) => Promise<T>;

/** Looks at all requirements at once, and keeps their order. */
export function judge(requirements: readonly Requirement[]): Promise<readonly Judged[]> {
  return Promise.all(requirements.map(async (requirement) => ({ requirement, finding: await requirement.check() })));
}

/**
 * Meets what is needed and missing, as far as this user can: Debian packages in one go, and beside that everything
 * that needs none of them. Gives what is still missing.
 *
 * @throws ImagesError when something was tried and failed, with all such problems.
 */
export async function meet(all: readonly Requirement[], machine: Machine, step: Step): Promise<readonly Judged[]> {
  const needed = all.filter(({ needed }) => needed === "always");
  const missing = (await judge(needed)).filter(({ finding }) => !finding.ok).map(({ requirement }) => requirement);
  if (missing.length === 0) return [];
  const installed = installPackages(missing, machine, step);
  const work = missing.map(async ({ name, fix }) => {
    if (fix.debian) await installed;
    if (fix.run) await step(name, fix.run);
  });
  const problems = failures(await Promise.allSettled([installed, ...work]));
  if (problems.length > 0) throw new ImagesError(problems);
  return (await judge(missing)).filter(({ finding }) => !finding.ok);
}

async function installPackages(missing: readonly Requirement[], machine: Machine, step: Step): Promise<void> {
  const packages = [...new Set(missing.flatMap(({ fix }) => fix.debian ?? []))];
  if (packages.length === 0 || !machine.user.root) return;
  if (!(await findProgram("apt-get", machine.toolbox.environment.PATH ?? ""))) return;
  await step(`Debian packages ${packages.join(" ")}`, async () => {
    await aptGet(machine, ["update"]);
    await aptGet(machine, ["install", "--yes", "--no-install-recommends", ...packages]);
  });
}

async function aptGet({ toolbox }: Machine, args: readonly string[]): Promise<void> {
  const command = ["apt-get", "--quiet", ...args];
  const env = childEnvironment(toolbox, { DEBIAN_FRONTEND: "noninteractive" });
  const running = start(command, { env, signal: toolbox.signal });
  const { code } = await running.done;
  if (code === 0) return;
  fail({
    code: "packages-not-installed",
    kind: "service",
    message: `Cannot install Debian packages: '${command.join(" ")}' failed`,
    fix: `Run '${command.join(" ")}' by hand when what it says is mended`,
    log: running.tail.slice(-10),
  });
}

/** Of a package that failed to install every requirement that waited for it tells the same: once is enough. */
function failures(settled: readonly PromiseSettledResult<void>[]): readonly Problem[] {
  const errors = new Set(settled.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : [])));
  return [...errors].flatMap(problemsOf);
}
