import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { tool } from "../rig/tools.ts";
import { comparison, type Effort, interleaved } from "./measure.ts";
import { empty, imageManager, openSite, type Site } from "./site.ts";
import type { BenchTable } from "./table.ts";

const megabytes = 50;

/** One build of some seconds through this tool, and by the bare buildctl call that it makes for it. */
export async function overheadBench(effort: Effort): Promise<BenchTable> {
  await using site = await openSite();
  const project = join(site.folder, "project");
  await writeBigProject(project, site.port);
  const call = await recordCall(site, project);
  const afterEmptying = async (build: () => Promise<number>): Promise<readonly number[]> => {
    await empty(site, project);
    return [await build()];
  };
  const both = await interleaved(effort, [
    () => afterEmptying(() => site.run(project, "build")),
    () => afterEmptying(() => site.time(project, call)),
  ]);
  return {
    title: `Overhead of a build: COPY of ${megabytes} files of 1 MB, compressed and pushed`,
    columns: ["", "image-manager, ms", "buildctl, ms", "ratio", "wanted"],
    rows: [comparison("from nothing", both, 1.1)],
    notes: [`Medians of ${effort.rounds} interleaved rounds with the same arguments and the same staged content`],
  };
}

async function writeBigProject(project: string, port: number): Promise<void> {
  const folder = join(project, "images/big");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "Dockerfile"), "FROM scratch\nCOPY . /\n");
  for (let i = 0; i < megabytes; i += 1) await writeFile(join(folder, `file-${i}`), randomBytes(1_000_000));
  const lines = [
    'import { defineImages, hosted, image } from "image-manager";',
    'const big = image("big", { tags: { "1": {} } });',
    `export default defineImages({ images: [big], registry: hosted({ port: ${port} }) });`,
  ];
  await writeFile(join(project, "images.config.ts"), lines.join("\n"));
}

/** Builds once with a buildctl that writes down how it was called and keeps what was staged for it. */
async function recordCall({ folder, env, time }: Site, project: string): Promise<readonly string[]> {
  const at = (name: string) => join(folder, "record", name);
  const [programs, staged, words] = [at("bin"), at("staged"), at("words")];
  const buildctl = await tool("buildctl");
  const recorder = [
    "#!/bin/sh",
    "for word; do",
    "  case $word in",
    `  */metadata.json) printf '%s\\n' "$@" >${words}; cp -a "\${word%/*}" ${staged} ;;`,
    "  esac",
    "done",
    `exec ${buildctl} "$@"`,
  ];
  await mkdir(programs, { recursive: true });
  await writeFile(join(programs, "buildctl"), `${recorder.join("\n")}\n`, { mode: 0o755 });
  await time(project, ["env", `PATH=${programs}:${env.PATH}`, ...imageManager, "build"]);
  const called = (await readFile(words, "utf8")).trimEnd().split("\n");
  const before = dirname(called.find((word) => word.endsWith("/metadata.json")) ?? "");
  return [buildctl, ...called.map((word) => word.replaceAll(before, staged))];
}
