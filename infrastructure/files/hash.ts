import { createHash, hash } from "node:crypto";
import { closeSync, createReadStream, openSync, readFileSync, readSync } from "node:fs";

/** Files up to this size in bytes are read whole and at once: cheaper than a stream. */
export const smallFile = 4 * 1024 * 1024;

/** One for all small files: to get new memory for each would take longer than to read and to hash it. */
let shared: Buffer | undefined;

/** Hexadecimal sha256. */
export function hashOf(bytes: Uint8Array): string {
  return hash("sha256", bytes);
}

/** The bytes of a file that was small when it was last seen. They are good until the next call only. */
export function readSmall(file: string): Buffer {
  shared ??= Buffer.allocUnsafeSlow(smallFile + 1);
  const descriptor = openSync(file, "r");
  try {
    const length = fill(shared, descriptor);
    return length === shared.length ? readFileSync(file) : shared.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function fill(buffer: Buffer, descriptor: number): number {
  let length = 0;
  for (let read = -1; read !== 0; length += read) {
    read = readSync(descriptor, buffer, length, buffer.length - length, null);
  }
  return length;
}

/** Hash and size in bytes of a file; `size`, as it was last seen, only chooses how it is read. */
export async function hashFile(
  file: string,
  size: number,
): Promise<{ readonly sha256: string; readonly size: number }> {
  if (size <= smallFile) {
    const bytes = readSmall(file);
    return { sha256: hashOf(bytes), size: bytes.length };
  }
  const hash = createHash("sha256");
  let read = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk);
    read += chunk.length;
  }
  return { sha256: hash.digest("hex"), size: read };
}
