import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Files of each image beside its Dockerfile, and their size in bytes. */
const filesPerImage = 4;
const fileSize = 4096;

/** A project of as many images for every tool; each has a folder of its own, so that none sees the others' files. */
export const projects: Readonly<Record<string, (images: number) => Readonly<Record<string, string>>>> = {
  "image-manager": (images) => ({ "images.config.ts": configuration(images) }),
  turbo: turboFiles,
  wireit: wireitFiles,
  ninja: ninjaFiles,
  make: makeFiles,
};

/** Writes the project of a tool into a folder. */
export function writeProject(folder: string, tool: string, images: number): void {
  const files = { ...(projects[tool]?.(images) ?? {}), ...Object.assign({}, ...names(images).map(contents)) };
  for (const [path, text] of Object.entries(files as Record<string, string>)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Changes one file of the last image; no other image reads it. */
export function changeLast(folder: string, images: number, text: string): void {
  writeFileSync(join(folder, `images/${nameOf(images - 1)}/file-0`), text.padEnd(fileSize, "."));
}

function names(images: number): readonly string[] {
  return Array.from({ length: images }, (_, i) => nameOf(i));
}

/** What the i-th image is called. */
export function nameOf(i: number): string {
  return `im${String(i).padStart(5, "0")}`;
}

function contents(name: string): Readonly<Record<string, string>> {
  const files = Array.from({ length: filesPerImage }, (_, i) => [
    `images/${name}/file-${i}`,
    `${name} ${i} `.padEnd(fileSize, "."),
  ]);
  return { [`images/${name}/Dockerfile`]: "FROM scratch\nCOPY . /\n", ...Object.fromEntries(files) };
}

function configuration(images: number): string {
  return [
    'import { defineImages, image } from "image-manager";',
    `const images = Array.from({ length: ${images} }, (_, i) => image(\`im\${String(i).padStart(5, "0")}\`, { tags: { "1": {} } }));`,
    "export default defineImages({ images });",
    "",
  ].join("\n");
}

/** The three jobs as shell commands in the folder of an image. */
function jobs(name: string): Readonly<Record<string, string>> {
  return {
    sums: "mkdir -p dist && sha256sum Dockerfile file-* >dist/sums",
    join: `{ echo ${name}; cat dist/sums; } >dist/join`,
    pack: "cat dist/sums dist/join >dist/pack",
  };
}

const needs: Readonly<Record<string, readonly string[]>> = { sums: [], join: ["sums"], pack: ["sums", "join"] };
const sources = ["Dockerfile", "file-*"];

function turboFiles(images: number): Record<string, string> {
  const tasks = Object.entries(needs).map(([job, before]) => [
    job,
    { dependsOn: before, inputs: job === "sums" ? sources : [], outputs: [`dist/${job}`] },
  ]);
  const packages = names(images).map((name) => [
    `images/${name}/package.json`,
    JSON.stringify({ name, version: "1.0.0", scripts: jobs(name) }),
  ]);
  return {
    "package.json": JSON.stringify({ name: "bench", packageManager: "npm@10.9.0", workspaces: ["images/*"] }),
    "turbo.json": JSON.stringify({ tasks: Object.fromEntries(tasks) }),
    ".gitignore": "dist\n.turbo\n",
    ...Object.fromEntries(packages),
  };
}

function wireitFiles(images: number): Record<string, string> {
  const packages = names(images).map((name) => {
    const wireit = Object.entries(jobs(name)).map(([job, command]) => [
      job,
      {
        command,
        dependencies: needs[job],
        files: job === "sums" ? sources : [],
        output: [`dist/${job}`],
      },
    ]);
    const scripts = Object.fromEntries(Object.keys(needs).map((job) => [job, "wireit"]));
    const text = JSON.stringify({ name, version: "1.0.0", scripts, wireit: Object.fromEntries(wireit) });
    return [`images/${name}/package.json`, text];
  });
  const all = { dependencies: names(images).map((name) => `./images/${name}:pack`) };
  const root = { name: "bench", version: "1.0.0", scripts: { pack: "wireit" }, wireit: { pack: all } };
  return { "package.json": JSON.stringify(root), ...Object.fromEntries(packages) };
}

/** Outputs and what each is made from, as paths from the project. */
function edges(name: string): readonly { readonly job: string; readonly output: string; readonly from: string[] }[] {
  const at = (file: string) => `images/${name}/${file}`;
  const files = ["Dockerfile", ...Array.from({ length: filesPerImage }, (_, i) => `file-${i}`)].map(at);
  return Object.entries(needs).map(([job, before]) => ({
    job,
    output: at(`dist/${job}`),
    from: job === "sums" ? files : before.map((one) => at(`dist/${one}`)),
  }));
}

function ninjaFiles(images: number): Record<string, string> {
  const lines = names(images).flatMap((name) =>
    edges(name).flatMap(({ job, output, from }) => [
      `build ${output}: job ${from.join(" ")}`,
      `  script = cd images/${name} && ${jobs(name)[job]}`,
    ]),
  );
  return { "build.ninja": `${["rule job", "  command = $script", ...lines].join("\n")}\n` };
}

function makeFiles(images: number): Record<string, string> {
  const all = names(images).flatMap(edges);
  const rules = names(images).flatMap((name) =>
    edges(name).flatMap(({ job, output, from }) => [
      `${output}: ${from.join(" ")}`,
      `\t@cd images/${name} && ${jobs(name)[job]}`,
    ]),
  );
  return { Makefile: `${[`all: ${all.map(({ output }) => output).join(" ")}`, ...rules].join("\n")}\n` };
}
