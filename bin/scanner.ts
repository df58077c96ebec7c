import { join } from "node:path";
import { retryingScanner } from "../infrastructure/syft/retry.ts";
import { createScanner } from "../infrastructure/syft/scanner.ts";
import type { Blobs, Scanner } from "../src/ports.ts";
import { pick } from "./builder.ts";
import { credentialsOf } from "./credentials.ts";
import type { LocalServices } from "./services.ts";
import type { WorldSettings } from "./world.ts";

/** Beyond what any image takes: a gigabyte is read in half a minute. */
const quarterOfAnHour = 15 * 60 * 1000;

/** The scanner with the syft of this machine, which is got by the first scan. */
export function openScanner({ context }: WorldSettings, local: LocalServices, blobs: Blobs): Scanner {
  const { environment } = context;
  const scanner = createScanner({
    program: () => local.tool("syft"),
    credentials: credentialsOf(context),
    blobs,
    scratch: join(environment.folders.cache, "tmp"),
    environment: pick(environment, ["SSL_CERT_FILE", "SSL_CERT_DIR"]),
    timeout: quarterOfAnHour,
  });
  return retryingScanner(scanner);
}
