import type { Target } from "../model/target.ts";

/** What a watch looks at, relative to the project. */
export interface Watched {
  /** With everything below them. One that is a file counts as that file. */
  readonly folders: readonly string[];
  /** Single files and folders, there or not. */
  readonly files: readonly string[];
}

/** The file that the tool itself writes beside the configuration: pinned bases. */
export const lockFile = "images.lock";

/**
 * Everything that decides what is done for some targets: their contexts, overlays and the inputs of prepared files,
 * and what the configuration was made from (`files`).
 */
export function watchedOf(targets: readonly Target[], files: readonly string[]): Watched {
  const folders = targets.flatMap(({ context, overlays, files: prepared }) => [
    ...(context.folder === null ? [] : [context.folder]),
    ...overlays.map(({ folder }) => folder),
    ...prepared.flatMap(({ inputs }) => inputs.map(fixedPart)),
  ]);
  return { folders: [...new Set(folders)].sort(), files: [...new Set([...files, lockFile])].sort() };
}

/** The folder that a glob looks in: `scripts` of `scripts/*.sh`. */
function fixedPart(glob: string): string {
  const parts = glob.replace(/^\.\//, "").split("/");
  const first = parts.findIndex((part) => /[*?[\]{}!()]/.test(part));
  return (first < 0 ? parts : parts.slice(0, first)).join("/");
}
