import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { run } from "../../infrastructure/process/run.ts";
import { tool } from "../rig/tools.ts";
import { comparison, type Effort, interleaved, medianOf } from "./measure.ts";
import { obtainRoot } from "./root.ts";
import { imageManager, openSite, type Site } from "./site.ts";
import type { BenchTable } from "./table.ts";
import { writeLarge, writeTested, writeTests } from "./tested-image.ts";

/** The same tests of the same image by this tool on BuildKit, and by container-structure-test on Docker. */
export async function structureTestBench(effort: Effort): Promise<readonly BenchTable[]> {
  await using site = await openSite();
  const project = join(site.folder, "project");
  await writeTested(project, await obtainRoot(), site.port);
  await writeTests(project, "First");
  await site.run(project, "archive");
  await site.run(project, "test");
  return [await drivers(effort, site, project), await further(effort, site, project)];
}

async function drivers(effort: Effort, site: Site, project: string): Promise<BenchTable> {
  let round = 0;
  const ours = async () => {
    round += 1;
    await writeTests(project, `Round ${round}`);
    return [await site.run(project, "test")];
  };
  const official = await officialOf(site, project);
  const both = await interleaved(effort, [ours, official]);
  return {
    title: "Structure tests: 20 checks of files and metadata and 10 commands, a Debian root of 140 MB",
    columns: ["", "image-manager, ms", "container-structure-test, ms", "ratio", "wanted"],
    rows: [comparison("from a built image to its results", both, 0.5)],
    notes: [
      `Medians of ${effort.rounds} interleaved rounds, all of the tests changed each time`,
      `image-manager: the verb test, on a digest that was just built, by BuildKit; the other: docker load of the archive (${medianOf(both[1], 1).toFixed(0)} ms of it), then the program`,
    ],
  };
}

/** Gives the milliseconds of both steps, and of the first. */
async function officialOf(site: Site, project: string): Promise<() => Promise<readonly number[]>> {
  await site.run(project, "start", "dind");
  const docker = ["env", `DOCKER_HOST=unix://${site.folder}/run/image-manager/dind/docker.sock`];
  const program = await tool("container-structure-test");
  const image = `localhost:${site.port}/debian:12`;
  const tests = ["--image", image, "--config", join(project, "images/debian/test.yml")];
  await site.time(project, [...docker, "docker", "version"]);
  return async () => {
    const load = await site.time(project, [...docker, "docker", "load", "--input", "dist/debian/12/image.tar"]);
    const rest = await site.time(project, [...docker, program, "test", ...tests]);
    await site.time(project, [...docker, "docker", "image", "rm", "--force", image]);
    return [load + rest, load];
  };
}

async function further(effort: Effort, site: Site, project: string): Promise<BenchTable> {
  await site.run(project, "test");
  const [again = []] = await interleaved(effort, [async () => [await site.run(project, "test")]]);
  const started = await startedBy(site, project);
  const large = await readLarge(site);
  return {
    title: "Structure tests: what they take",
    columns: ["", "measured", "wanted"],
    rows: [
      ["nothing to do, ms", medianOf(again).toFixed(0), ""],
      ["nothing to do, processes started", started, 0],
      ["files of an image of 1 GB are read, ms", large.took.toFixed(0), ""],
      ["files of an image of 1 GB are read, peak memory in MB", large.memory.toFixed(0), "< 200"],
    ],
    notes: ["The large image is one gzipped layer, three quarters of it repetitions"],
  };
}

/** How many programs a run starts that has nothing to do, as strace sees it. */
async function startedBy({ env, folder }: Site, cwd: string): Promise<number | string> {
  const record = join(folder, "execve");
  const strace = ["strace", "-f", "-qq", "-e", "trace=execve", "-o", record];
  const ended = await run([...strace, ...imageManager, "test"], { cwd, env }).catch(() => undefined);
  if (ended?.code !== 0) return "no strace";
  return (await readFile(record, "utf8")).split("\n").filter((line) => line.endsWith(" = 0")).length - 1;
}

async function readLarge(site: Site): Promise<{ readonly took: number; readonly memory: number }> {
  const project = join(site.folder, "large");
  const record = join(site.folder, "memory");
  await writeLarge(project, site.port);
  await site.run(project, "build");
  const [node = "", program = ""] = imageManager;
  const preload = ["--import", resolve("test/bench/memory.ts")];
  const took = await site.time(project, ["env", `BENCH_MEMORY=${record}`, node, ...preload, program, "test"]);
  return { took, memory: Number(await readFile(record, "utf8")) / 1e6 };
}
