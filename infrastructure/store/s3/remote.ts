import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { Blob } from "../../../src/entry.ts";
import { decodeEntry, encodeEntry } from "../encoding.ts";
import { ReadOnly, type Remote } from "../remote.ts";

export interface BucketAt {
  readonly client: S3Client;
  readonly bucket: string;
  /** Put before every name: `""` or `main/`. */
  readonly prefix: string;
}

/** Bytes from which a blob goes up in parts. */
const partSize = 16 * 1024 * 1024;

/** Entries under `entries/KEY` and blobs under `blobs/SHA256` in a bucket; nothing is believed that does not verify. */
export function createS3Remote({ client, bucket, prefix }: BucketAt): Remote {
  const at = (name: string) => ({ Bucket: bucket, Key: `${prefix}${name}` });
  const blobAt = ({ sha256 }: Blob) => at(`blobs/${sha256}`);
  return {
    name: "s3",
    entry: async (key, abortSignal) => {
      const found = await unlessAbsent(client.send(new GetObjectCommand(at(`entries/${key}`)), { abortSignal }));
      const text = await found?.Body?.transformToString();
      return text === undefined ? undefined : decodeEntry(text, key);
    },
    putEntry: async (entry, abortSignal) => {
      const object = { ...at(`entries/${entry.key}`), Body: encodeEntry(entry), ContentType: "application/json" };
      await writing(client.send(new PutObjectCommand(object), { abortSignal }));
    },
    has: async (blob, abortSignal) => {
      const found = await unlessAbsent(client.send(new HeadObjectCommand(blobAt(blob)), { abortSignal }));
      return found?.ContentLength === blob.size;
    },
    fetch: async (blob, file, abortSignal) => {
      const found = await unlessAbsent(client.send(new GetObjectCommand(blobAt(blob)), { abortSignal }));
      if (found?.Body === undefined) return false;
      return await writeVerified(found.Body as Readable, blob, file, abortSignal);
    },
    send: async (blob, file, progress, abortSignal) => {
      if (blob.size < partSize) {
        const object = { ...blobAt(blob), Body: createReadStream(file), ContentLength: blob.size };
        await writing(client.send(new PutObjectCommand(object), { abortSignal }));
        return progress();
      }
      const upload = new Upload({ client, partSize, params: { ...blobAt(blob), Body: createReadStream(file) } });
      upload.on("httpUploadProgress", progress);
      const abort = () => void upload.abort();
      abortSignal.addEventListener("abort", abort, { once: true });
      await writing(upload.done()).finally(() => abortSignal.removeEventListener("abort", abort));
    },
  };
}

/** The bytes in a file if they are the blob's; else no file. */
async function writeVerified(body: Readable, blob: Blob, file: string, signal: AbortSignal): Promise<boolean> {
  const hash = createHash("sha256");
  let size = 0;
  const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  };
  try {
    await pipeline(body, counted, createWriteStream(file, { flags: "wx" }), { signal });
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  if (size === blob.size && hash.digest("hex") === blob.sha256) return true;
  await rm(file, { force: true });
  return false;
}

/** Undefined when there is no such object; a bucket that is not there is a mistake and stays an error. */
async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const { name } = error as Error;
    if (name === "NoSuchKey" || name === "NotFound") return undefined;
    throw error;
  }
}

async function writing(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === 403) throw new ReadOnly("The credentials may not write", { cause: error });
    throw error;
  }
}
