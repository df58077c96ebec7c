import { processState } from "./proc.ts";
import { run } from "./run.ts";

/** When a live process started, as text that only means something compared; undefined when it is gone. */
export async function startTime(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    const found = processState(pid);
    return found && found.state !== "Z" ? found.startTime : undefined;
  }
  const { stdout } = await run(["ps", "-o", "lstart=", "-p", String(pid)]);
  return stdout.trim().replaceAll(/\W+/g, "-") || undefined;
}
