import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";

/** Files up to this size in bytes are read whole and at once: cheaper than a stream. */
export const smallFile = 4 * 1024 * 1024;

/** Hexadecimal sha256. */
export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Hash and size in bytes of a file; `size`, as it was last seen, only chooses how it is read. */
export async function hashFile(
  file: string,
  size: number,
): Promise<{ readonly sha256: string; readonly size: number }> {
  if (size <= smallFile) {
    const bytes = readFileSync(file);
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
