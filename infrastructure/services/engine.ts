import { run } from "../process/run.ts";

/** A container engine that runs here. */
export type Engine = "docker" | "podman";

/** The engine whose client gets an answer; Docker's would be there without its daemon. */
export async function containerEngine(): Promise<Engine | undefined> {
  for (const engine of ["docker", "podman"] as const) {
    const { code } = await run([engine, "info"], { timeout: 10_000 }).catch(() => ({ code: -1 }));
    if (code === 0) return engine;
  }
  return undefined;
}
