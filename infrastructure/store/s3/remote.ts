import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import {
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { Blob } from "../../../src/entry.ts";
import type { SharedCache } from "../../../src/model/cache.ts";
import { decodeEntry, encodeEntry, rememberBytes } from "../encoding.ts";
import type { Call, Remote } from "../remote.ts";
import { createClient, type Variables } from "./client.ts";
import { faultOf } from "./faults.ts";
import { during } from "./sender.ts";

/** Bytes from which a blob goes up in parts, and how many of one blob at once. */
const parts = { partSize: 8 * 1024 * 1024, queueSize: 4 };

/**
 * Entries under `entries/KEY` and blobs under `blobs/SHA256` in a bucket; nothing is believed that does not verify.
 *
 * @throws Fault `refused` when there are no credentials
 */
export async function openS3(place: SharedCache, variables: Variables, newer: () => void): Promise<Remote> {
  const client = await createClient(place, variables);
  const at = (name: string) => ({ Bucket: place.bucket, Key: `${place.prefix}${name}` });
  const blobAt = ({ sha256 }: Blob) => at(`blobs/${sha256}`);
  const ask = <T>(purpose: "read" | "write", call: Call, work: (client: S3Client) => Promise<T>): Promise<T> =>
    work(during(client, call)).catch((error: unknown) => {
      // What an ended request says of the end is not the same everywhere.
      throw faultOf(place, purpose, call.signal.aborted ? call.signal.reason : error);
    });
  return {
    name: "s3",
    usable: (call) =>
      ask("read", call, async (client) => {
        const answer = client.send(new HeadBucketCommand({ Bucket: place.bucket }));
        return await answer.then(
          () => true,
          (error) =>
            "$metadata" in error && error.$metadata.httpStatusCode !== undefined ? false : Promise.reject(error),
        );
      }),
    entry: (key, call) =>
      ask("read", call, async (client) => {
        const found = await unlessAbsent(client.send(new GetObjectCommand(at(`entries/${key}`))));
        if (found === undefined) return undefined;
        const bytes = await bytesOf(chunksOf(found.Body, call));
        const entry = decodeEntry(bytes, key);
        if (entry === "newer") newer();
        if (typeof entry === "string") return undefined;
        rememberBytes(entry, bytes);
        return entry;
      }),
    putEntry: (entry, call) =>
      ask("write", call, async (client) => {
        const object = { ...at(`entries/${entry.key}`), Body: encodeEntry(entry), ContentType: "text/plain" };
        await client.send(new PutObjectCommand(object));
      }),
    has: (blob, call) =>
      ask("read", call, async (client) => {
        const found = await unlessAbsent(client.send(new HeadObjectCommand(blobAt(blob))));
        return found?.ContentLength === blob.size;
      }),
    fetch: (blob, file, call) =>
      ask("read", call, async (client) => {
        const found = await unlessAbsent(client.send(new GetObjectCommand(blobAt(blob))));
        return found !== undefined && (await writeVerified(chunksOf(found.Body, call), blob, file, call.signal));
      }),
    send: (blob, file, call) =>
      ask("write", call, async (client) => {
        const abortController = new AbortController();
        const abort = () => abortController.abort();
        call.signal.addEventListener("abort", abort, { once: true });
        const params = { ...blobAt(blob), Body: createReadStream(file) };
        await new Upload({ client, params, ...parts, abortController }).done();
        call.signal.removeEventListener("abort", abort);
      }),
    [Symbol.dispose]: () => client.destroy(),
  };
}

/** A body as it comes, each chunk a sign of life. */
async function* chunksOf(body: unknown, { alive, signal }: Call): AsyncGenerator<Uint8Array> {
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    alive();
    signal.throwIfAborted();
    yield chunk;
  }
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks));
}

/** The bytes in a file if they are the blob's; else no file. */
async function writeVerified(
  chunks: AsyncIterable<Uint8Array>,
  blob: Blob,
  file: string,
  signal: AbortSignal,
): Promise<boolean> {
  const hash = createHash("sha256");
  let size = 0;
  const counted = async function* () {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  };
  let whole = false;
  try {
    await pipeline(counted, createWriteStream(file, { flags: "wx", mode: 0o600 }), { signal });
    whole = size === blob.size && hash.digest("hex") === blob.sha256;
  } finally {
    if (!whole) await rm(file, { force: true });
  }
  return whole;
}

/** Undefined when there is no such object; a bucket that is not there is a mistake and stays an error. */
async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const { name, $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
    // An answer to HEAD has no body, so that nothing tells why it is refused: whatever is done next will.
    const untold = name === "Unknown" && $metadata?.httpStatusCode === 403;
    if (name === "NoSuchKey" || name === "NotFound" || untold) return undefined;
    throw error;
  }
}
