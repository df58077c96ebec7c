import { join } from "node:path";

/** The file of an entry: `entries/<2 hex>/<62 hex>`. */
export function entryPath(folder: string, key: string): string {
  return join(folder, "entries", key.slice(0, 2), key.slice(2));
}

/** The file of a blob: `blobs/<2 hex>/<62 hex>`. */
export function blobPath(folder: string, sha256: string): string {
  return join(folder, "blobs", sha256.slice(0, 2), sha256.slice(2));
}
