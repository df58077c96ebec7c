import type { Content, Unavailable } from "../../src/structure-test/facts.ts";
import { readContents } from "./contents.ts";
import { foldersIn, type ImageLayer, locate } from "./tree.ts";

const root = "/usr/share/doc";

/** Reads the copyright file of each package of Debian that has a folder for its documentation. */
export async function readDebianLicenses(
  layers: readonly ImageLayer[],
): Promise<ReadonlyMap<string, Content | Unavailable> | Unavailable> {
  const folder = await locate(layers, root, true);
  if ("unavailable" in folder) return folder;
  const packages = await foldersIn(layers, folder.path);
  const contents = await readContents(layers, packages.map(copyright));
  return new Map(packages.map((name) => [name, contents.get(copyright(name)) as Content | Unavailable]));
}

function copyright(name: string): string {
  return `${root}/${name}/copyright`;
}

/** Whether a path is one of those files, as layers mostly have them. */
export function isCopyright(path: string): boolean {
  return path.startsWith(`${root}/`) && path.endsWith("/copyright");
}
