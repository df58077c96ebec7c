import type { Tree } from "../src/input.ts";
import type { Overlay, Target } from "../src/model/target.ts";
import type { View } from "../src/ports.ts";
import { defineTask } from "../src/task.ts";

/** Shows under `dist/<name>/<tag>/` what is built and tested: Dockerfile, overlays, tests. Nothing is made from it. */
export const render = defineTask({
  kind: "render",
  version: 1,
  summary: "Write the readable Dockerfiles, overlays and tests to dist/",
  queue: "render",
  plan: (target) => [
    {
      spec: { folder: distOf(target), files: textsOf(target) },
      inputs: { overlays: target.overlays.map(overlayInput) },
      owns: [...Object.keys(textsOf(target)), ...target.overlays.map((_, i) => rootfsName(i))].map(
        (name) => `${distOf(target)}/${name}`,
      ),
    },
  ],
  compare: async (spec, { overlays }, { dist }) => {
    const view = viewOf(spec, overlays);
    return (await dist.holds(view))
      ? { equal: true, output: null }
      : { equal: false, reason: `dist/${spec.folder} differs` };
  },
  run: async (spec, { overlays }, { dist }) => {
    await dist.write(viewOf(spec, overlays));
    return null;
  },
});

/** `node/24.11.0-semantic`: a target's folder below dist/. */
export function distOf(target: Target): string {
  return `${target.image}/${target.reference}`;
}

/** An overlay as the input of a task. */
export function overlayInput({ folder, modes }: Overlay) {
  return { input: "tree", folder, ignoreFile: false, exclude: [], modes } as const;
}

/** The folder of the i-th overlay, as the Dockerfile in dist copies it. */
function rootfsName(i: number): string {
  return i === 0 ? "rootfs" : `rootfs-${i}`;
}

/** The files to write, by name. */
function textsOf({ dockerfile, tests }: Target): Readonly<Record<string, string>> {
  return { Dockerfile: dockerfile.text, ...Object.fromEntries(tests.map(({ name, text }) => [name, text])) };
}

function viewOf({ folder, files }: Spec, overlays: readonly Tree[]): View {
  return {
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text])),
    trees: Object.fromEntries(overlays.map((tree, i) => [`${folder}/${rootfsName(i)}`, tree])),
  };
}

interface Spec {
  readonly folder: string;
  readonly files: Readonly<Record<string, string>>;
}
