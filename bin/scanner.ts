import { join } from "node:path";
import { createScanner } from "../infrastructure/syft/scanner.ts";
import type { Blobs, Scanner } from "../src/ports.ts";
import { pick } from "./builder.ts";
import type { LocalServices } from "./services.ts";
import type { WorldSettings } from "./world.ts";

/** What syft looks at beside the image. */
const known = ["PATH", "HOME", "DOCKER_CONFIG", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/** The scanner with the syft of this machine, which is got by the first scan. */
export function openScanner({ context }: WorldSettings, local: LocalServices, blobs: Blobs): Scanner {
  const { environment } = context;
  const scratch = join(environment.folders.cache, "tmp");
  return createScanner({ program: () => local.tool("syft"), blobs, scratch, environment: pick(environment, known) });
}
