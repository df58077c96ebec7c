import { join } from "node:path";
import { obtainBuildx } from "./buildx.ts";
import { comparison, type Effort, interleaved } from "./measure.ts";
import { changeLeaf, writeProject } from "./project.ts";
import { empty, openSite, type Site } from "./site.ts";
import type { BenchTable } from "./table.ts";

const images = 100;

/** The same images by this tool and by docker buildx bake, on the same buildkitd and registry. */
export async function bakeBench(effort: Effort): Promise<BenchTable> {
  await using site = await openSite();
  const project = join(site.folder, "project");
  await writeProject(project, { images, port: site.port });
  await site.run(project, "start");
  const bake = await bakeOf(site, project);
  let changes = 0;
  // First from nothing, then with nothing changed, then with one file changed.
  const threeTimes = async (build: () => Promise<number>): Promise<readonly number[]> => {
    await empty(site, project);
    const [first, again] = [await build(), await build()];
    changes += 1;
    await changeLeaf(project, images, `Change ${changes}`);
    return [first, again, await build()];
  };
  const both = await interleaved(effort, [() => threeTimes(() => site.run(project, "all")), () => threeTimes(bake)]);
  return {
    title: `Against docker buildx bake 0.31.1: ${images} images in a tree, one COPY layer each`,
    columns: ["", "image-manager, ms", "bake, ms", "ratio", "wanted"],
    rows: [
      comparison("first time", both, 1.15, 0),
      comparison("nothing changed", both, 0.05, 1),
      comparison("one leaf's file changed", both, 0.15, 2),
    ],
    notes: [
      `Medians of ${effort.rounds} interleaved rounds, each with an empty builder, an empty registry and an empty store`,
      "The same buildkitd 0.26.3 and the same hosted registry; both without SBOMs (`sbom: false`, bake without attestations) and tests",
    ],
  };
}

async function bakeOf(site: Site, project: string): Promise<() => Promise<number>> {
  const settings = { BUILDX_CONFIG: join(site.folder, "buildx"), BUILDX_NO_DEFAULT_ATTESTATIONS: "1" };
  const buildx = ["env", ...Object.entries(settings).map((pair) => pair.join("=")), await obtainBuildx()];
  await site.time(project, [...buildx, "create", "--name", "bench", "--driver", "remote", site.builder]);
  return () => site.time(project, [...buildx, "--builder", "bench", "bake", "--progress", "quiet"]);
}
