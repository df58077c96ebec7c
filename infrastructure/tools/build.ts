import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fail, ImagesError } from "../../src/problem.ts";
import { start } from "../process/start.ts";
import { childEnvironment, isExecutable, type Toolbox } from "./find.ts";
import type { Source } from "./manifest.ts";
import { prepare, type Recipe } from "./recipe.ts";

/**
 * Builds a source's programs into the tool cache, of several sources and processes one at a time: a build uses every core.
 *
 * @throws ImagesError `tool-build-failed`; `go-missing` or `cargo-missing` when there is nothing to build it with.
 */
export async function buildSource(source: Source, box: Toolbox): Promise<void> {
  const label = `${source.name} ${source.version}`;
  const place = join(box.cache, `${source.name}-${source.version}`);
  const waiting = (): void => box.report(`${label} waits for another build of tools`);
  await using _held = await box.locks.hold(`tools in ${box.cache}`, waiting, box.signal);
  if (await isExecutable(place)) return;

  // The name is ours while we hold the lock; what lies there is of a process that was killed.
  const scratch = join(box.cache, `.building-${source.name}`);
  await rm(scratch, { recursive: true, force: true });
  try {
    const recipe = await prepare(source, scratch);
    box.report(`Building ${label} ${recipe.what}`);
    await build(label, recipe, scratch, box);
    await rename(join(scratch, recipe.programs), place);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function build(label: string, recipe: Recipe, scratch: string, box: Toolbox): Promise<void> {
  const env = childEnvironment(box, recipe.env);
  const building = start(recipe.command, { cwd: scratch, env, signal: box.signal });
  const { code } = await building.done.catch((error: unknown) => toolchainMissing(label, recipe, error));
  box.signal.throwIfAborted();
  if (code !== 0) buildFailed(label, recipe, building.tail);
}

function toolchainMissing(label: string, { missing }: Recipe, cause: unknown): never {
  const { code, toolchain, install, without } = missing;
  const message = `Cannot build ${label}: there is no ${toolchain}`;
  const other = without === undefined ? "" : `, or do without: ${without}`;
  const fix = `${install}, or put the programs of ${label} on PATH${other}`;
  throw new ImagesError({ code, kind: "service", message, fix }, { cause });
}

function buildFailed(label: string, { command, needs }: Recipe, tail: readonly string[]): never {
  return fail({
    code: "tool-build-failed",
    kind: "service",
    message: `Cannot build ${label}: ${command.slice(0, 2).join(" ")} failed`,
    fix: `${needs}; or put the programs on PATH`,
    log: tail.slice(-10),
  });
}
