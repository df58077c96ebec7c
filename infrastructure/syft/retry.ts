import type { Scanner } from "../../src/ports.ts";
import { connectionBroke } from "./failure.ts";

/** A scanner that scans once more when the registry's connection broke: syft does not resume a layer. */
export function retryingScanner(scanner: Scanner): Scanner {
  return {
    scan: async (request, report, signal) => {
      try {
        return await scanner.scan(request, report, signal);
      } catch (error) {
        if (signal.aborted || !connectionBroke(error)) throw error;
        report({ kind: "log", line: "The connection to the registry broke; reading the image once more" });
        return await scanner.scan(request, report, signal);
      }
    },
  };
}
