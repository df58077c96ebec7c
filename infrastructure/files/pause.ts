import { setImmediate } from "node:timers/promises";

/** Milliseconds that everything else may have to wait for. */
const longest = 10;

/** Between pieces of synchronous work: gives way to everything else when it was held up long enough. */
export function createPause(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < longest) return;
    await setImmediate();
    since = performance.now();
  };
}
