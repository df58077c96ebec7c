import { join } from "node:path/posix";
import { tidy } from "./cells.ts";
import type { Drafted } from "./draft.ts";
import type { ProjectFiles } from "./files.ts";
import type { Report } from "./report.ts";
import type { Settled } from "./settle.ts";

/** Modes by path: those with a leading `/` are of files in the image, so of overlays; the others of the context. */
export function modesOf(settled: Settled, of: "context" | "overlays"): Readonly<Record<string, number>> {
  const entries = Object.entries(settled.merged("modes"));
  const chosen = entries.filter(([path]) => path.startsWith("/") === (of === "overlays"));
  return Object.fromEntries(chosen.map(([path, mode]) => [tidy(path.replace(/^\/+/, "")), mode]));
}

/** Looks for the files whose modes are said. What an image says may be meant for one of its targets only. */
export function checkModes(drafts: readonly Drafted[], files: ProjectFiles, report: Report): void {
  for (const [{ caller }, own] of Map.groupBy(drafts, ({ plan }) => plan.image)) {
    const said = own.flatMap(({ plan, settled }) => plan.levels.flatMap((level) => settled.at(level, "modes") ?? []));
    for (const { value, path } of said) {
      for (const key of Object.keys(value)) {
        const looked = [...new Set(own.flatMap((drafted) => placesOf(key, drafted)))];
        if (looked.some((place) => files.exists(place))) continue;
        const fix = "Name a file of the image's folder, or with a leading / one of its rootfs; others: COPY --chmod=…";
        report({ code: "no-file", path: [...path, key], caller, found: "no such file", looked, fix });
      }
    }
  }
}

function placesOf(key: string, { draft: { context, overlays } }: Drafted): readonly string[] {
  if (key.startsWith("/")) return overlays.map(({ folder }) => join(folder, key));
  return context.folder === null ? [] : [join(context.folder, key)];
}
