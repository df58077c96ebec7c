import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { comparison, type Effort, interleaved, medianOf } from "./measure.ts";
import { writeProject } from "./project.ts";
import { imageManager, openSite, type Site } from "./site.ts";
import type { BenchTable } from "./table.ts";

const sizes = [7, 100];

/** How long the tool takes before it does anything, and what it loads for that. */
export async function startupBench({ rounds }: Effort): Promise<readonly BenchTable[]> {
  await using site = await openSite();
  for (const images of sizes) await writeProject(projectOf(site, images), { images, port: site.port });
  // The first run of each fills the cache of compiled code.
  for (const verb of verbs) await site.run(projectOf(site, 7), ...verb);
  const effort = { rounds: rounds * 7 };
  return [await starts(site, effort), await reading(site, effort), await imports(site)];
}

/** Verbs whose imports are shown; none of them starts anything. */
const verbs = [["--version"], ["--help"], ["list"], ["graph"], ["plan"], ["check"], ["status"]];

function projectOf({ folder }: Site, images: number): string {
  return join(folder, `project-${images}`);
}

async function starts(site: Site, effort: Effort): Promise<BenchTable> {
  const at = projectOf(site, 7);
  const [node = ""] = imageManager;
  const once = (command: readonly string[]) => async () => [await site.time(at, command)];
  const [bare = [], launcher = [], program = []] = await interleaved(effort, [
    once([node, "-e", "0"]),
    once([resolve("bin/image-manager"), "--version"]),
    once([...imageManager, "--version"]),
  ]);
  return {
    title: "Start-up",
    columns: ["", "image-manager, ms", "node -e 0, ms", "ratio", "wanted"],
    rows: [
      comparison("bin/image-manager --version", [launcher, bare], 1.5),
      comparison("bin/image-manager.cjs --version", [program, bare], 1.5),
    ],
    notes: [`Medians of ${effort.rounds} interleaved rounds`],
  };
}

async function reading(site: Site, effort: Effort): Promise<BenchTable> {
  const row = async (verb: string) => {
    const runs = sizes.map((images) => async () => [await site.run(projectOf(site, images), verb)]);
    return [verb, ...(await interleaved(effort, runs)).map((rounds) => medianOf(rounds).toFixed(0))];
  };
  return {
    title: "Verbs that only read",
    columns: ["", ...sizes.map((images) => `${images} images, ms`)],
    rows: [await row("list"), await row("plan")],
    notes: [`Medians of ${effort.rounds} interleaved rounds; nothing was built, so plan stops at the first builds`],
  };
}

/** What each verb loads: a command should import only what it uses. */
async function imports(site: Site): Promise<BenchTable> {
  const rows: string[][] = [];
  for (const verb of verbs) {
    const urls = await loadedBy(site, verb);
    const packages = urls.map((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]).filter((it) => it);
    const own = urls.filter((url) => url.startsWith("file:") && !url.includes("/node_modules/"));
    const names = [...new Set(packages)].map((name) => `${name} (${packages.filter((one) => one === name).length})`);
    rows.push([verb.join(" "), String(own.length), names.sort().join(", ")]);
  }
  return {
    title: "Modules that each verb loads",
    columns: ["", "own", "of packages"],
    rows,
    notes: [],
  };
}

async function loadedBy(site: Site, verb: readonly string[]): Promise<readonly string[]> {
  const record = join(site.folder, "imports");
  const [node = "", ...program] = imageManager;
  const preload = ["--import", resolve("test/bench/imports.ts")];
  await site.time(projectOf(site, 7), ["env", `BENCH_IMPORTS=${record}`, node, ...preload, ...program, ...verb]);
  return (await readFile(record, "utf8")).split("\n").filter((url) => !url.endsWith("/imports.ts"));
}
