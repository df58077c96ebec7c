import { run } from "../../infrastructure/process/run.ts";

/** A page as a browser shows it. */
export interface Shown {
  /** The document after its scripts have run. */
  readonly dom: string;
  /** What it wrote to the console, and what it was refused. */
  readonly console: readonly string[];
}

/** Opens a file in a headless Chromium that keeps its profile in `folder`. */
export async function open(file: string, folder: string, signal: AbortSignal): Promise<Shown> {
  const flags = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    `--user-data-dir=${folder}`,
    "--virtual-time-budget=5000",
  ];
  const logging = ["--enable-logging=stderr", "--v=0"];
  const { code, stdout, stderr } = await run(["chromium", ...flags, ...logging, "--dump-dom", `file://${file}`], {
    signal,
  });
  if (code !== 0) throw new Error(`chromium ended with ${code}: ${stderr}`);
  return { dom: stdout, console: stderr.split("\n").filter((line) => line.includes("CONSOLE")) };
}
