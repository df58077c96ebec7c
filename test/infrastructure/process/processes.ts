import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** Command lines of the live processes that run in a folder or name it in their arguments (Linux). */
export async function processesNaming(folder: string): Promise<readonly string[]> {
  const found = await Promise.all((await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(describe));
  return found
    .filter(({ cwd, args }) => cwd.startsWith(folder) || args.includes(folder))
    .map(({ args }) => args.replaceAll("\0", " ").trim());
}

async function describe(pid: string): Promise<{ cwd: string; args: string }> {
  const cwd = await readlink(join("/proc", pid, "cwd")).catch(() => "");
  const args = await readFile(join("/proc", pid, "cmdline"), "utf8").catch(() => "");
  return { cwd, args: Number(pid) === process.pid ? "" : args };
}
