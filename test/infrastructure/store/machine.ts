import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createBlobs } from "../../../infrastructure/store/blobs.ts";
import { createDiskStore } from "../../../infrastructure/store/disk.ts";
import { type Layered, type LayeredSettings, layer } from "../../../infrastructure/store/layered.ts";
import { openS3 } from "../../../infrastructure/store/s3/remote.ts";
import type { Blob } from "../../../src/entry.ts";
import type { SharedCache } from "../../../src/model/cache.ts";
import type { Context } from "../../rig/suite.ts";

/** A machine with a disk of its own, and a shared store behind it. */
export interface Machine extends Layered {
  readonly folder: string;
  readonly local: Pick<Layered, "blobs">;
  /** How often the remote store was opened, and what was said. */
  readonly told: { opened: number; newer: number; readonly warnings: string[]; readonly notices: string[] };
  /** Keeps bytes as a blob. */
  keep(bytes: Uint8Array): Promise<Blob>;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** A machine with an empty disk. */
export async function machineOf(
  t: Context,
  place: SharedCache,
  variables: Variables,
  changes: Partial<LayeredSettings> = {},
): Promise<Machine> {
  const folder = await t.folder();
  const told: Machine["told"] = { opened: 0, newer: 0, warnings: [], notices: [] };
  const newer = () => {
    told.newer += 1;
  };
  const local = { store: createDiskStore(folder, newer), blobs: createBlobs(folder) };
  const layered = layer({
    ...local,
    open: () => {
      told.opened += 1;
      return openS3(place, variables, newer);
    },
    title: "Garage",
    write: true,
    keep: true,
    scratch: join(folder, "tmp"),
    now: () => performance.now(),
    warn: (message) => told.warnings.push(message),
    notice: (message) => told.notices.push(message),
    signal: t.signal,
    ...changes,
  });
  t.use(layered);
  const keep = async (bytes: Uint8Array) => {
    const file = join(folder, "file");
    await writeFile(file, bytes);
    return await layered.blobs.adopt(file);
  };
  return { ...layered, folder, local, told, keep };
}
