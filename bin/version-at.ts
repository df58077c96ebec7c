import { existsSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { readFiles, readTree } from "../infrastructure/files/tree.ts";
import { type Checkout, checkOut } from "../infrastructure/git/checkout.ts";
import { createInputs } from "../infrastructure/inputs/resolver.ts";
import { lockedAt } from "../infrastructure/lock/locked.ts";
import { fail, ImagesError } from "../src/problem.ts";
import type { Version } from "../src/run/affected.ts";
import type { PlannedProject } from "../src/task.ts";
import type { Context } from "./context.ts";
import { defined } from "./environment.ts";
import type { Flags } from "./flags.ts";
import { loadAnew, projectFolder } from "./project.ts";

interface At {
  readonly ref: string;
  readonly flags: Pick<Flags, "config">;
  /** An absolute folder for the files. */
  readonly into: string;
}

/**
 * The project as it was in a commit.
 *
 * @throws ImagesError what `checkOut` throws, and `unloadable-commit` where the configuration of then does not load
 */
export async function versionAt(context: Context, { ref, flags, into }: At): Promise<Version> {
  const folder = projectFolder(context, flags);
  const { variables } = context.environment;
  const checkout = await checkOut({ folder, ref, into, environment: defined(variables), signal: context.signal });
  linkPackages(folder, checkout);
  const there = join(checkout.top, checkout.prefix);
  const config = flags.config === undefined ? {} : { config: basename(flags.config) };
  const project = await loadAnew({ ...context, folder: there }, config).catch((error) => unloadable(ref, error));
  return versionIn(there, project);
}

/** A project with the inputs that a commit has: of tools, variables and times it says nothing, then or now. */
export function versionIn(folder: string, project: PlannedProject): Version {
  const inputs = createInputs({
    tree: (input) => readTree(input, folder),
    files: (globs) => readFiles(globs, folder),
    external: lockedAt(join(folder, "images.lock")),
    env: () => undefined,
    versionOf: async () => "",
    tool: () => "",
    now: () => 0,
  });
  return { project, inputs };
}

/** What the configuration imports is installed beside it and not part of the commit. */
function linkPackages(folder: string, { top, prefix }: Checkout): void {
  const depth = prefix.split("/").filter(Boolean).length;
  for (let up = 0; up <= depth; up += 1) {
    const parents = Array<string>(up).fill("..");
    const installed = join(folder, ...parents, "node_modules");
    const place = join(top, prefix, ...parents, "node_modules");
    if (existsSync(installed) && !existsSync(place) && existsSync(join(place, ".."))) symlinkSync(installed, place);
  }
}

function unloadable(ref: string, error: unknown): never {
  if (!(error instanceof ImagesError)) throw error;
  return fail({
    code: "unloadable-commit",
    kind: "usage",
    message: `Cannot compare with ${ref}: its configuration does not load`,
    fix: "Compare with a commit whose configuration loads, or name targets instead of --since",
    log: error.problems.map(({ path, message }) => (path === undefined ? message : `${path}: ${message}`)),
  });
}
