import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Definition, Environment, Evaluated } from "../../src/config/define.ts";
import { relative as relativePlace } from "../../src/config/report.ts";
import { resolveProject } from "../../src/config/resolve.ts";
import type { Platform } from "../../src/model/platform.ts";
import type { Project } from "../../src/model/target.ts";
import { fail, ImagesError } from "../../src/problem.ts";
import { type DiskFiles, diskFiles, type Kind } from "./files.ts";
import { importConfiguration } from "./import.ts";
import { toImportProblem } from "./import-problem.ts";
import { type Modules, noteModules } from "./modules.ts";

export interface LoadRequest {
  /** Absolute folder of the project. */
  readonly folder: string;
  /** The configuration, relative to the folder, if it is not to be found by its name. */
  readonly config?: string | undefined;
  readonly environment: Environment;
  /** This machine's platform. */
  readonly platform: Platform;
}

/** A loaded project, and all that it depends on: with the same files and values it is the same. */
export interface LoadedProject {
  readonly project: Project;
  /** Paths that were imported, read or looked for, there or not, relative to the folder. */
  readonly files: readonly string[];
  /** What the configuration read from the environment. */
  readonly environment: Environment;
  /** What it was resolved from, in detail; null when it may have read what nobody can know of. */
  readonly reads: Reads | null;
}

/** The files behind a resolved configuration. */
export interface Reads {
  /** Absolute paths of modules and of files whose text counted. */
  readonly texts: readonly string[];
  /** What lay at each path that was looked for, relative to the folder. */
  readonly looked: ReadonlyMap<string, Kind>;
}

/** What a configuration may be called, in the order in which it is looked for. */
export const configurationNames = [
  "images.config.ts",
  "images.config.mts",
  "images.config.js",
  "images.config.mjs",
] as const;

/**
 * Finds, imports and resolves the configuration of a project.
 *
 * @throws ImagesError with all problems of the configuration (kind `config`).
 */
export async function loadProject({ folder, config, environment, platform }: LoadRequest): Promise<LoadedProject> {
  const root = resolve(folder);
  const file = findConfiguration(root, config);
  const noted = noteModules();
  const { definition, modules } = await placed(root, () => importConfiguration(join(root, file))).finally(noted.end);
  const evaluated = await placed(root, () => evaluate(definition, environment, join(root, file)));
  const files = diskFiles(root);
  const project = await resolveProject(evaluated, files, { root, platform });
  const own = modules.map((module) => relative(root, module));
  return {
    project: { ...project, files: [...new Set([...own, ...files.texts()])].sort() },
    files: [...new Set([...own, ...files.looked().keys()])].sort(),
    environment: evaluated.environment,
    reads: readsOf(root, noted.modules(), files, config === undefined ? file : undefined),
  };
}

/** `found` is the configuration that was chosen by its name: that there was no other counts, too. */
function readsOf(root: string, modules: Modules, files: DiskFiles, found: string | undefined): Reads | null {
  if (!modules.pure) return null;
  const names = found === undefined ? [] : configurationNames;
  const looked = new Map(names.map((name): [string, Kind] => [name, name === found ? "file" : null]));
  for (const [path, kind] of files.looked()) looked.set(path, kind);
  return { texts: [...modules.files, ...files.texts().map((path) => join(root, path))], looked };
}

function evaluate(definition: Definition, environment: Environment, file: string): Evaluated {
  try {
    return definition.evaluate(environment);
  } catch (error) {
    throw new ImagesError(toImportProblem(error, file), { cause: error });
  }
}

/** Makes files in problems relative to the project, in places and messages. */
async function placed<T>(root: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ImagesError)) throw error;
    const shorten = (text: string): string => text.replaceAll(`file://${root}/`, "").replaceAll(`${root}/`, "");
    const problems = error.problems.map(({ message, place, ...rest }) => ({
      ...rest,
      message: shorten(message),
      ...(place && { place: relativePlace(place, root) }),
    }));
    throw new ImagesError(problems as typeof error.problems, { cause: error });
  }
}

function findConfiguration(root: string, config: string | undefined): string {
  const names = config === undefined ? configurationNames : [relative(root, resolve(root, config))];
  const [first, second] = names.filter((name) => existsSync(join(root, name)));
  if (second !== undefined) {
    const message = `Cannot choose between ${first} and ${second}`;
    return fail({
      code: "two-configurations",
      kind: "config",
      message,
      fix: "Remove one, or name the right one with --config",
    });
  }
  if (first !== undefined) return first;
  const named = config !== undefined;
  const message = named ? `Cannot find the configuration ${names[0]}` : `Cannot find a configuration in ${root}`;
  const fix = named
    ? "Name a file that is there with --config, or leave it out for images.config.ts"
    : "Write images.config.ts: export default defineImages({ images: [ … ] })";
  return fail({ code: "no-configuration", kind: "config", message, looked: names, fix });
}
