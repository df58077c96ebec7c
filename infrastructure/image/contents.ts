import { posix } from "node:path";
import type { Content, Unavailable } from "../../src/structure-test/facts.ts";
import { contentLimit } from "./layer.ts";
import { type ImageLayer, type Located, locate } from "./tree.ts";

/** Reads files by path, links followed; each layer is streamed once more at most. */
export async function readContents(
  layers: readonly ImageLayer[],
  paths: readonly string[],
): Promise<ReadonlyMap<string, Content | Unavailable>> {
  const located = await Promise.all(paths.map(async (path) => readable(path, await locate(layers, path, true))));
  const sources = located.flatMap((file) => ("from" in file && file.from ? [file.from] : []));
  const places = Map.groupBy(sources, ({ layer }) => layer);
  await Promise.all([...places].map(([layer, files]) => layer.read(new Set(files.map(({ place }) => place)))));
  return new Map(
    await Promise.all(
      paths.map(async (path, i) => [path, await contentOf(located[i] as Located | Unavailable)] as const),
    ),
  );
}

async function contentOf(file: Located | Unavailable): Promise<Content | Unavailable> {
  if ("unavailable" in file) return file;
  const bytes = file.from && (await file.from.layer.list()).contents.get(file.from.place);
  return { text: Buffer.from(bytes ?? []).toString() };
}

function readable(path: string, found: Located | Unavailable): Located | Unavailable {
  if ("unavailable" in found) return found;
  const { kind, size } = found.facts;
  const subject = found.path === posix.resolve("/", path) ? path : `${path} leads to ${found.path}, which`;
  if (kind !== "file") return { unavailable: `${subject} is a ${kind.replace("-", " ")}, not a file` };
  if (size <= contentLimit) return found;
  return { unavailable: `${subject} has ${inMiB(size)}, and files of up to ${inMiB(contentLimit)} are read` };
}

function inMiB(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024)} MiB`;
}
