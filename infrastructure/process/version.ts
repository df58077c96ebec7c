import { fail } from "../../src/problem.ts";
import { commandLine } from "./failure.ts";
import { run } from "./run.ts";

/**
 * What a program says of its version, on either stream: part of the key of what it makes.
 *
 * @throws ImagesError `version-unknown` when it fails, `program-not-found`
 */
export async function askVersion(command: readonly string[], folder: string, signal?: AbortSignal): Promise<string> {
  const { code, stdout, stderr } = await run(command, { cwd: folder, timeout: 60_000, ...(signal ? { signal } : {}) });
  if (code === 0) return `${stdout}${stderr}`.trim();
  return fail({
    code: "version-unknown",
    kind: "config",
    message: `Cannot find out a version: '${commandLine(command)}' ended with exit status ${code}`,
    log: `${stdout}${stderr}`.trim().split("\n").slice(-5),
    fix: 'Give the command another way: version: ["program", "--version"], or the pinned version as text',
  });
}
