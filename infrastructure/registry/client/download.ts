import { createHash } from "node:crypto";
import type { Digest } from "../../../src/entry.ts";
import type { Repository } from "../../../src/ports.ts";
import { explained, mismatch, type Purpose } from "./errors.ts";
import { accessTo, referenceOf, urlOf } from "./repository.ts";
import { brokenConnection } from "./retry.ts";
import type { Reply } from "./transport.ts";
import type { Attempt } from "./wire.ts";

/** Opens a blob at an offset: 206 continues there, 200 begins anew. */
type OpenAt = (offset: number) => Promise<Reply>;

/** Streams a blob; see `Registry.blob`. */
export function readBlob(
  attempt: Attempt,
  repository: Repository,
  digest: Digest,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> {
  const { address } = repository.place;
  const purpose: Purpose = { action: `read ${referenceOf(repository, digest)}`, address, expect: [200, 206], signal };
  const request = { url: urlOf(repository, `blobs/${digest}`), access: accessTo(repository, "pull"), signal };
  const openAt = (offset: number) => {
    const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
    return attempt(purpose, (send) => send({ ...request, method: "GET", headers, stream: true }));
  };
  return download(openAt, digest, purpose);
}

/**
 * A blob's bytes, resumed where a connection broke, as long as every connection brings some.
 *
 * @throws ImagesError `digest-mismatch` at the end, when the bytes are others than the digest's.
 */
async function* download(open: OpenAt, digest: Digest, purpose: Purpose): AsyncGenerator<Uint8Array> {
  const hash = createHash(algorithmOf(digest));
  for (let offset = 0; ; ) {
    const start = offset;
    try {
      for await (const chunk of since(await open(offset), offset)) {
        hash.update(chunk);
        offset += chunk.byteLength;
        yield chunk;
      }
      break;
    } catch (error) {
      if (offset === start || brokenConnection(error) === undefined) throw explained(purpose, error);
    }
  }
  const found = `${algorithmOf(digest)}:${hash.digest("hex")}`;
  if (found !== digest) throw mismatch(purpose.action, digest, found);
}

/** Leaves out what was read before, when the registry does not continue in the middle. */
async function* since({ status, stream }: Reply, offset: number): AsyncGenerator<Uint8Array> {
  let known = status === 206 ? 0 : offset;
  for await (const chunk of stream) {
    const fresh = chunk.subarray(Math.min(known, chunk.byteLength));
    known -= chunk.byteLength - fresh.byteLength;
    if (fresh.byteLength > 0) yield fresh;
  }
}

/** Digest of bytes by the algorithm of another digest. */
export function digestLike(digest: string, body: Uint8Array): Digest {
  const algorithm = algorithmOf(digest);
  return `${algorithm}:${createHash(algorithm).update(body).digest("hex")}`;
}

function algorithmOf(digest: string): "sha256" | "sha512" {
  return digest.startsWith("sha512:") ? "sha512" : "sha256";
}
