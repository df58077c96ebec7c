import type { Tree } from "../../../src/input.ts";
import type { Target } from "../../../src/model/target.ts";
import type { Ports } from "../../../src/ports.ts";
import { type AnyKind, defineTask, type TaskKind } from "../../../src/task.ts";

/** Three small jobs of an image, as sha256sum and cat would do them: no shortcut of the engine's is theirs. */
interface Text {
  readonly text: string;
}

const sums: TaskKind<Text> = defineTask({
  kind: "sums",
  version: 1,
  queue: "render",
  plan: (target) => {
    const { folder, exclude, modes } = target.context;
    const tree = { input: "tree", folder: folder ?? "", ignoreFile: true, exclude, modes } as const;
    return [{ spec: { path: pathOf(target, "sums") }, inputs: { tree }, owns: [pathOf(target, "sums")] }];
  },
  run: async (_, { tree }) => ({ text: linesOf(tree) }),
  restore: write,
});

const join: TaskKind<Text> = defineTask({
  kind: "join",
  version: 1,
  queue: "render",
  plan: (target, planned) =>
    planned(sums, target).map((summed) => ({
      spec: { path: pathOf(target, "join"), name: target.image },
      needs: { summed },
      owns: [pathOf(target, "join")],
    })),
  run: async ({ name }, { summed }) => ({ text: `${name}\n${summed.text}` }),
  restore: (text, spec, ports) => write(text, spec, ports),
});

const pack: TaskKind<Text> = defineTask({
  kind: "pack",
  version: 1,
  queue: "render",
  plan: (target, planned) =>
    planned(join, target).flatMap((joined) =>
      planned(sums, target).map((summed) => ({
        spec: { path: pathOf(target, "pack") },
        needs: { summed, joined },
        owns: [pathOf(target, "pack")],
      })),
    ),
  run: async (_, { summed, joined }) => ({ text: summed.text + joined.text }),
  restore: write,
});

/** What the benchmark has in the place of tasks/mod.ts. */
export const kinds: readonly AnyKind[] = [sums, join, pack];

function pathOf({ image, reference }: Target, name: string): string {
  return `${image}/${reference}/${name}`;
}

function linesOf({ files }: Tree): string {
  return files.flatMap((file) => (file.type === "file" ? `${file.sha256}  ${file.path}\n` : [])).join("");
}

async function write({ text }: Text, { path }: { readonly path: string }, { dist }: Ports): Promise<void> {
  const view = { files: { [path]: text }, trees: {} };
  if (!(await dist.holds(view))) await dist.write(view);
}
