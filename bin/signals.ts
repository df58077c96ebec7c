import { constants } from "node:os";

/** Turns SIGINT, SIGTERM and SIGHUP into an abort. The second one ends the process at once, with its children. */
export function interruptible(): { readonly signal: AbortSignal; status(): number | undefined } {
  const controller = new AbortController();
  let status: number | undefined;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      const first = status === undefined;
      status = 128 + constants.signals[name];
      if (first) controller.abort(new Error(`Stopped by ${name}`));
      else void endNow(status);
    });
  }
  // Whoever read the output has gone (`| head`): nobody wants the rest. A process is not killed for it by Node.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      status ??= 128 + constants.signals.SIGPIPE;
      controller.abort(new Error("Stopped by SIGPIPE"));
    });
  }
  return { signal: controller.signal, status: () => status };
}

async function endNow(status: number): Promise<void> {
  const { killAll } = await import("../infrastructure/process/group.ts");
  killAll();
  process.exit(status);
}
