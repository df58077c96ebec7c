import { access, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { readEnvironment } from "../../bin/environment.ts";
import { start } from "../../infrastructure/process/start.ts";

const version = "0.31.1";

/** Path of docker buildx as a program of its own, built from its Go module once and kept in the tool cache. */
export async function obtainBuildx(): Promise<string> {
  const { folders, variables } = readEnvironment(process.env);
  const place = join(folders.cache, "tools", `buildx-${version}`);
  const program = join(place, "buildx");
  if (await access(program).then(() => true, () => false)) return program; // biome-ignore format: one question
  console.error(`Building buildx ${version} (some minutes)`);
  const scratch = `${place}.${process.pid}`;
  await mkdir(scratch, { recursive: true });
  const env = { ...(variables as Record<string, string>), GOBIN: scratch, GOTOOLCHAIN: "local", CGO_ENABLED: "0" };
  const building = start(["go", "install", `github.com/docker/buildx/cmd/buildx@v${version}`], { env });
  const { code } = await building.done;
  if (code !== 0) throw new Error(`Cannot build buildx ${version}:\n${building.tail.join("\n")}`);
  await rm(place, { recursive: true, force: true });
  await rename(scratch, place);
  return program;
}
