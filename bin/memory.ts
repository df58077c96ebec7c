import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Memory } from "../infrastructure/config/memory.ts";
import { openStatCache } from "../infrastructure/files/stat-cache.ts";
import type { Context } from "./context.ts";
import type { Flags } from "./flags.ts";
import { projectFolder } from "./project.ts";
import { version } from "./version.ts";

/** What is remembered of a project from one command to the next: its resolved configuration, and its files' hashes. */
export function openMemory(context: Context, flags: Pick<Flags, "config">): Memory {
  const names = [
    projectFolder(context, flags),
    flags.config === undefined ? "" : resolve(context.folder, flags.config),
  ];
  const name = createHash("sha256").update(names.join("\0")).digest("hex");
  const place = join(context.environment.folders.cache, "projects", name);
  const hashes = openStatCache(`${place}.files`, Date.now());
  return { file: `${place}.project`, tool: toolIdentity(), hashes };
}

/** This tool and its runtime. Run from its sources it may change from one command to the next at one version. */
function toolIdentity(): string {
  const { deno, node = "" } = process.versions;
  const sources = import.meta.url.endsWith(".ts") ? looksOf(fileURLToPath(new URL("../src", import.meta.url))) : [];
  return JSON.stringify([version, deno ?? node, ...sources]);
}

function looksOf(folder: string): readonly (string | number)[] {
  return (readdirSync(folder, { recursive: true }) as string[]).sort().flatMap((name) => {
    const { size, mtimeMs } = statSync(join(folder, name));
    return [name, size, mtimeMs];
  });
}
