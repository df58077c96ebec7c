import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Images that are built on one. */
const fanOut = 4;

/** What a synthetic project is like. */
export interface ProjectShape {
  readonly images: number;
  readonly port: number;
}

/**
 * Writes one project for both tools: a tree of images, each of them one small file on its parent.
 *
 * The same folders and Dockerfiles serve images.config.ts and docker-bake.json, and both publish to the same tags.
 */
export async function writeProject(folder: string, { images, port }: ProjectShape): Promise<void> {
  const all = Array.from({ length: images }, (_, i) => i);
  const files = {
    ...Object.fromEntries(all.flatMap(imageFiles)),
    "images.config.ts": configuration(all, port),
    "docker-bake.json": JSON.stringify(bakeFile(all, port), null, 2),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Changes the only file of the last image, on which no other is built. */
export async function changeLeaf(folder: string, images: number, text: string): Promise<void> {
  await writeFile(join(folder, contentOf(images - 1)), `${text}\n`);
}

function imageFiles(i: number): readonly (readonly [string, string])[] {
  const name = nameOf(i);
  const dockerfile = `FROM ${i === 0 ? "scratch" : "base"}\nCOPY ${name}.txt /\n`;
  return [
    [`images/${name}/Dockerfile`, dockerfile],
    [contentOf(i), `The content of ${name}\n`.repeat(10)],
  ];
}

function configuration(all: readonly number[], port: number): string {
  const lines = all.map((i) => {
    const from = i === 0 ? "" : `from: ${nameOf(parentOf(i))}.tag("1"), `;
    return `const ${nameOf(i)} = image("${nameOf(i)}", { ${from}tags: { "1": {} } });`;
  });
  return [
    'import { defineImages, hosted, image } from "image-manager";',
    ...lines,
    `const images = [${all.map(nameOf).join(", ")}];`,
    // Nor does bake make any.
    `export default defineImages({ images, defaults: { sbom: false }, registry: hosted({ port: ${port} }) });`,
    "",
  ].join("\n");
}

function bakeFile(all: readonly number[], port: number): object {
  const target = (i: number) => ({
    context: `images/${nameOf(i)}`,
    ...(i === 0 ? {} : { contexts: { base: `target:${nameOf(parentOf(i))}` } }),
    tags: [`localhost:${port}/${nameOf(i)}:1`],
    output: ["type=image,push=true"],
  });
  return {
    group: { default: { targets: all.map(nameOf) } },
    target: Object.fromEntries(all.map((i) => [nameOf(i), target(i)])),
  };
}

function parentOf(i: number): number {
  return Math.floor((i - 1) / fanOut);
}

function nameOf(i: number): string {
  return `im${String(i).padStart(3, "0")}`;
}

function contentOf(i: number): string {
  return `images/${nameOf(i)}/${nameOf(i)}.txt`;
}
