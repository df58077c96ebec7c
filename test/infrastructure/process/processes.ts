import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

interface Process {
  readonly pid: number;
  readonly cwd: string;
  readonly command: string;
}

/** The live processes of this machine (Linux), less this one. */
export async function processes(): Promise<readonly Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return Promise.all(pids.map(describe));
}

/** Command lines of the processes that run in a folder or name it in their arguments. */
export async function processesNaming(folder: string): Promise<readonly string[]> {
  const all = await processes();
  return all.filter(({ cwd, command }) => cwd.startsWith(folder) || command.includes(folder)).map((it) => it.command);
}

async function describe(pid: string): Promise<Process> {
  const cwd = await readlink(join("/proc", pid, "cwd")).catch(() => "");
  const command = await readFile(join("/proc", pid, "cmdline"), "utf8").catch(() => "");
  return { pid: Number(pid), cwd, command: command.replaceAll("\0", " ").trim() };
}
