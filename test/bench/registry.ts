import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeLayout } from "../infrastructure/registry/layout.ts";
import { type RegistryProcess, startDockerRegistry, startEmbedded } from "../infrastructure/registry/processes.ts";
import { skopeoCopy } from "../infrastructure/registry/skopeo.ts";
import { Scope } from "../rig/context.ts";
import type { Effort } from "./measure.ts";
import type { BenchTable } from "./table.ts";

const layers = [64, 64, 64, 64];

interface Measured {
  readonly push: number;
  readonly pull: number;
  readonly memory: number;
}

/** skopeo pushes 4 random layers of 64 MiB to both registries in turn and pulls them: medians in seconds, memory in MiB. */
export async function registryBench({ rounds }: Effort): Promise<BenchTable> {
  await using scope = new Scope();
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    const layout = join(await scope.folder(), "layout");
    await writeLayout(layout, layers);
    const turns = [
      async () => ours.push(await measure(scope, layout, startEmbedded)),
      async () => theirs.push(await measure(scope, layout, startDockerRegistry)),
    ];
    // The first one may find the disk still busy with the layers: they take turns.
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
    await rm(layout, { recursive: true });
  }
  const row = (title: string, key: keyof Measured, digits: number) => {
    const [a, b] = [median(ours.map((each) => each[key])), median(theirs.map((each) => each[key]))];
    const ratios = ours.map((each, i) => each[key] / (theirs[i]?.[key] ?? Number.NaN)).toSorted((x, y) => x - y);
    const spread = `${ratios[0]?.toFixed(2)}–${ratios.at(-1)?.toFixed(2)}`;
    return [title, a.toFixed(digits), b.toFixed(digits), (a / b).toFixed(2), spread];
  };
  return {
    title: "Registry: skopeo, 4 × 64 MiB",
    columns: ["", "embedded", "docker-registry", "ratio", "rounds from–to"],
    rows: [row("push, s", "push", 2), row("pull, s", "pull", 2), row("peak memory, MiB", "memory", 0)],
    notes: [`Medians of ${rounds} interleaved runs, each with a new process, an empty folder and new layers`],
  };
}

async function measure(
  scope: Scope,
  layout: string,
  start: (folder: string) => Promise<RegistryProcess>,
): Promise<Measured> {
  const folder = await scope.folder();
  await using registry = await start(folder);
  const name = `docker://${registry.address}/bench/image:test`;
  const push = await timed(`oci:${layout}:test`, name);
  const pull = await timed(name, `dir:${join(folder, "pulled")}`);
  const memory = await peakMemory(registry.pid);
  await rm(folder, { recursive: true });
  return { push, pull, memory };
}

/** Seconds that the copy takes. */
async function timed(from: string, to: string): Promise<number> {
  const begin = performance.now();
  await skopeoCopy(from, to);
  return (performance.now() - begin) / 1000;
}

/** MiB that the process had in memory at most. */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
