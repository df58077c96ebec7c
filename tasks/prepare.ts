import type { Blob } from "../src/entry.ts";
import type { Input } from "../src/input.ts";
import type { Platform } from "../src/model/platform.ts";
import type { PreparedFile, Target } from "../src/model/target.ts";
import { defineTask } from "../src/task.ts";

/** Makes a generated file of the build context by its declared command. */
export const prepare = defineTask({
  kind: "prepare",
  version: 1,
  summary: "Make the generated files of build contexts",
  queue: "build",
  plan: (target) => target.files.flatMap((file) => platformsOf(file, target).map((platform) => piece(file, platform))),
  run: (spec, _, { commands, report }, signal) => commands.make(spec, report, signal),
  missing: async (blob: Blob, _, { blobs }) => ((await blobs.has(blob)) ? null : "the file is no longer in the store"),
  blobs: (blob) => [blob],
  note: ({ size }) => megabytes(size),
});

/** A command that never mentions the platform makes one file for all of them. */
function platformsOf(file: PreparedFile, target: Target): readonly (Platform | undefined)[] {
  const mentions = file.command.some((part) => /\{(arch|platform)\}/.test(part));
  return mentions ? target.platforms : [undefined];
}

function piece(file: PreparedFile, platform: Platform | undefined) {
  const env = Object.fromEntries(file.env.map((name) => [name, { input: "env", name } satisfies Input]));
  return {
    name: file.path,
    ...(platform === undefined ? {} : { platform }),
    spec: { file: file.path, command: file.command.map((part) => fill(part, platform)), env: file.env },
    inputs: {
      files: { input: "files", globs: file.inputs },
      version: { input: "version", of: file.version },
      ...(file.refresh === null ? {} : { period: { input: "period", seconds: file.refresh } }),
      ...env,
    } satisfies Record<string, Input>,
    locks: file.mutex === null ? [] : [`mutex ${file.mutex}`],
  };
}

function fill(part: string, platform: Platform | undefined): string {
  if (platform === undefined) return part;
  const architecture = platform.split("/")[1] ?? "";
  return part.replaceAll("{arch}", architecture).replaceAll("{platform}", platform);
}

function megabytes(size: number): string {
  return size < 1e6 ? `${Math.ceil(size / 1e3)} kB` : `${Math.round(size / 1e6)} MB`;
}
