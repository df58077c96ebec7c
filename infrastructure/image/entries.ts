import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import { noteReceived } from "../process/garbage.ts";

/**
 * The entries of a layer as they come, with long names, pax and the like resolved. A body is read or skipped before the
 * next entry is asked for; who leaves early ends the download.
 */
export async function* entriesOf(
  blob: AsyncIterable<Uint8Array>,
  mediaType: string,
  signal: AbortSignal,
): AsyncGenerator<ParsedTarEntry> {
  const decoder = createTarDecoder({ strict: true });
  const left = new AbortController();
  const feeding = feed(blob, mediaType, decoder.writable, AbortSignal.any([signal, left.signal]));
  // Who reads the entries hears of it there; what comes after them, below.
  feeding.catch(() => {});
  try {
    yield* decoder.readable;
    await feeding;
  } finally {
    left.abort();
  }
}

/**
 * Goes past an entry's body by reading it. Cancelling takes away the next entry's body when this one has already come
 * as a whole (modern-tar 0.8.6), and then the stream stands still.
 */
export async function skip({ body }: ParsedTarEntry): Promise<void> {
  for await (const _ of body);
}

async function feed(
  blob: AsyncIterable<Uint8Array>,
  mediaType: string,
  to: WritableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const writer = to.getWriter();
  const write = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) {
      noteReceived(chunk.byteLength);
      await writer.write(chunk);
    }
  };
  try {
    await inflate(blob, mediaType, write, signal);
    await writer.close();
  } catch (error) {
    await writer.abort(error);
    throw error;
  }
}

/** Larger pieces cost fewer turns of the loop. */
const chunkSize = 128 * 1024;

/** Layers of OCI and Docker, distributable or not: `…v1.tar+gzip`, `…diff.tar.gzip`. */
const layerType = /\.tar(?:[+.](gzip|zstd))?$/;

function inflate(
  blob: AsyncIterable<Uint8Array>,
  mediaType: string,
  write: (chunks: AsyncIterable<Uint8Array>) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const type = layerType.exec(mediaType);
  if (!type) return Promise.reject(new Error(`layers of the type ${mediaType} are unknown`));
  if (type[1] === "gzip") return pipeline(blob, createGunzip({ chunkSize }), write, { signal });
  if (type[1] === "zstd") return pipeline(blob, createZstdDecompress({ chunkSize }), write, { signal });
  return pipeline(blob, write, { signal });
}
