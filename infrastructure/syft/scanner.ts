import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Blob } from "../../src/entry.ts";
import type { Blobs, Inventory, Scanner, ScanRequest } from "../../src/ports.ts";
import { makeScratch } from "../process/scratch.ts";
import { start } from "../process/start.ts";
import type { Credentials } from "../registry/client/credentials.ts";
import { dockerConfigFor } from "../registry/client/docker-config.ts";
import { scanFailure, scanTimedOut } from "./failure.ts";
import { type CycloneDx, countPackages, normaliseCycloneDx, normaliseSpdx, type Spdx } from "./normalise.ts";

export interface ScannerSettings {
  /** Path of syft; asked for by the first scan. */
  readonly program: () => Promise<string>;
  readonly credentials: Credentials;
  readonly blobs: Blobs;
  /** Folder for files that last as long as a scan, on the blobs' file system; gets the unpacked layers. */
  readonly scratch: string;
  /** All that syft sees of the environment: where certificates lie. */
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds that a scan may take. */
  readonly timeout: number;
}

const configuration = fileURLToPath(new URL("syft.yaml", import.meta.url));

/** Lists the packages of images with syft, which reads them from the registry by digest. */
export function createScanner(settings: ScannerSettings): Scanner {
  return {
    scan: async (request, report, signal) => {
      const syft = await settings.program();
      await using folder = await makeScratch(settings.scratch);
      await writeFile(join(folder.path, "config.json"), await loginFor(request, settings), { mode: 0o600 });
      report({ kind: "step", text: "Reading the image with syft", index: 1, of: 1 });
      await scan(syft, request, folder.path, { settings, signal });
      return await inventoryIn(folder.path, settings.blobs);
    },
  };
}

/** A helper that fails has failed the registry's client before, which read the same repository: nobody asks for a login. */
function loginFor({ image: { repository } }: ScanRequest, { credentials }: ScannerSettings): Promise<string> {
  return dockerConfigFor(repository, credentials).catch(() => "{}");
}

/** Runs in a folder of its own, which is home and place for temporary files, too: nothing of the user's gets in. */
async function scan(
  syft: string,
  request: ScanRequest,
  folder: string,
  { settings, signal }: { readonly settings: ScannerSettings; readonly signal: AbortSignal },
): Promise<void> {
  const { environment, timeout } = settings;
  const own = { HOME: folder, TMPDIR: folder, DOCKER_CONFIG: folder, SYFT_CONFIG: configuration };
  const late = AbortSignal.timeout(timeout);
  const running = start([syft, ...argumentsFor(request)], {
    cwd: folder,
    env: { ...environment, ...own },
    signal: AbortSignal.any([signal, late]),
  });
  const ended = await running.done;
  signal.throwIfAborted();
  if (late.aborted) throw scanTimedOut(request, timeout);
  if (ended.code !== 0) throw scanFailure(request, ended, running.tail);
}

/** Without a name and version of its own, a document would have the registry's address in names and identifiers. */
function argumentsFor({ image: { repository, digest, platform }, name, version }: ScanRequest): readonly string[] {
  const source = `registry:${repository.place.address}/${repository.name}@${digest}`;
  return [
    ...["scan", source, "--platform", platform, "--source-name", name, "--source-version", version],
    ...["--output", "cyclonedx-json@1.6=cyclonedx.json", "--output", "spdx-json@2.3=spdx.json"],
  ];
}

async function inventoryIn(folder: string, blobs: Blobs): Promise<Inventory> {
  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), "utf8"));
  const cyclonedx: CycloneDx = await read("cyclonedx.json");
  const spdx: Spdx = await read("spdx.json");
  return {
    cyclonedx: await keep(normaliseCycloneDx(cyclonedx), join(folder, "cyclonedx.json"), blobs),
    spdx: await keep(normaliseSpdx(spdx), join(folder, "spdx.json"), blobs),
    packages: countPackages(cyclonedx),
  };
}

/** On one line, as syft writes it: programs read it, and indented it would be half as large again. */
async function keep(document: object, file: string, blobs: Blobs): Promise<Blob> {
  await writeFile(file, JSON.stringify(document));
  return await blobs.adopt(file);
}
