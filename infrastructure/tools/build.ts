import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail, ImagesError } from "../../src/problem.ts";
import { start } from "../process/start.ts";
import { childEnvironment, isExecutable, type Toolbox } from "./find.ts";
import type { GoModule } from "./manifest.ts";

/**
 * Builds a module's programs into the tool cache, of several modules and processes one at a time: Go uses every core.
 *
 * @throws ImagesError `tool-build-failed`, or `go-missing` when there is no Go.
 */
export async function buildModule(module: GoModule, box: Toolbox): Promise<void> {
  const label = `${module.name} ${module.version}`;
  const place = join(box.cache, `${module.name}-${module.version}`);
  const waiting = (): void => box.report(`${label} waits for another build of tools`);
  await using _held = await box.locks.hold(`tools in ${box.cache}`, waiting, box.signal);
  if (await isExecutable(place)) return;

  // The name is ours while we hold the lock; what lies there is of a process that was killed.
  const scratch = join(box.cache, `.building-${module.name}`);
  await rm(scratch, { recursive: true, force: true });
  try {
    box.report(`Building ${label} from its Go module (a minute or two when Go has nothing of it yet)`);
    await goBuild(module, scratch, box);
    await rename(join(scratch, "programs"), place);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Built in a copy, outside of any other module; go.sum decides, and GOTOOLCHAIN keeps Go from fetching another Go. */
async function goBuild(module: GoModule, scratch: string, box: Toolbox): Promise<void> {
  await cp(fileURLToPath(new URL(`go/${module.name}`, import.meta.url)), scratch, { recursive: true });
  await mkdir(join(scratch, "programs"));
  const command = ["go", "build", ...module.flags, "-o", "programs/", ...module.packages];
  const env = childEnvironment(box, {
    CGO_ENABLED: "0",
    GOTOOLCHAIN: "local",
    GOFLAGS: "-mod=readonly",
    GOWORK: "off",
  });
  const building = start(command, { cwd: scratch, env, signal: box.signal });
  const { code } = await building.done.catch((error: unknown) => goMissing(module, error));
  box.signal.throwIfAborted();
  if (code !== 0) buildFailed(module, building.tail);
}

function goMissing({ name, version, go, without }: GoModule, cause: unknown): never {
  const other = without === undefined ? "" : `, or do without: ${without}`;
  const fix = `Install Go ${go} or newer (https://go.dev/dl), or put the programs of ${name} ${version} on PATH${other}`;
  const message = `Cannot build ${name} ${version}: there is no Go`;
  throw new ImagesError({ code: "go-missing", kind: "service", message, fix }, { cause });
}

function buildFailed({ name, version, go }: GoModule, tail: readonly string[]): never {
  return fail({
    code: "tool-build-failed",
    kind: "service",
    message: `Cannot build ${name} ${version}: go build failed`,
    fix: `It needs Go ${go} or newer and access to Go modules (GOPROXY); or put the programs on PATH`,
    log: tail.slice(-10),
  });
}
