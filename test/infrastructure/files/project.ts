import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A file's text; `->` and a target for a link; null for an empty folder; text and mode together. */
type Content = string | null | { readonly text: string; readonly mode: number };

/** Writes files into a folder by path. */
export function write(folder: string, files: Readonly<Record<string, Content>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(content === null ? file : dirname(file), { recursive: true });
    if (content === null) continue;
    if (typeof content === "string" && content.startsWith("->")) symlinkSync(content.slice(2), file);
    else writeFileSync(file, typeof content === "string" ? content : content.text);
    if (typeof content === "object") chmodSync(file, content.mode);
  }
}

/** The input that reads a folder with its ignore file. */
export function treeInput(folder: string) {
  return { folder, ignoreFile: true, exclude: [], modes: {} };
}
