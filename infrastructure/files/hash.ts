import { createHash, hash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { createPause } from "./pause.ts";

/** Files up to this size in bytes are read whole and at once. */
const smallFile = 4 * 1024 * 1024;

/** One for all files: to get new memory for each would take longer than to read and to hash it. */
let shared: Buffer | undefined;

/** Hexadecimal sha256. */
export function hashOf(bytes: Uint8Array): string {
  return hash("sha256", bytes);
}

/** The bytes of a file that was small when it was last seen. They are good until the next file is read. */
export function readSmall(file: string): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const bytes = readPiece(descriptor);
    return bytes.length > smallFile ? readFileSync(file) : bytes;
  } finally {
    closeSync(descriptor);
  }
}

/** Hash and size in bytes of a file; `size`, as it was last seen, only chooses how it is read. */
export async function hashFile(
  file: string,
  size: number,
): Promise<{ readonly sha256: string; readonly size: number }> {
  if (size > smallFile) return hashLarge(file);
  const bytes = readSmall(file);
  return { sha256: hashOf(bytes), size: bytes.length };
}

async function hashLarge(file: string): Promise<{ readonly sha256: string; readonly size: number }> {
  const hash = createHash("sha256");
  const pause = createPause();
  const descriptor = openSync(file, "r");
  try {
    for (let size = 0; ; ) {
      const bytes = readPiece(descriptor);
      if (bytes.length === 0) return { sha256: hash.digest("hex"), size };
      hash.update(bytes);
      size += bytes.length;
      await pause();
    }
  } finally {
    closeSync(descriptor);
  }
}

/** What comes next in a file, up to one byte more than a small file has. */
function readPiece(descriptor: number): Buffer {
  shared ??= Buffer.allocUnsafeSlow(smallFile + 1);
  let length = 0;
  for (let read = -1; read !== 0; length += read) {
    read = readSync(descriptor, shared, length, shared.length - length, null);
  }
  return shared.subarray(0, length);
}
