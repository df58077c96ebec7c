import { rm } from "node:fs/promises";
import type { Digest } from "../../../src/entry.ts";
import { refuse } from "./errors.ts";
import type { Methods } from "./http.ts";
import { readDigest } from "./names.ts";
import { type Storage, sizeOf } from "./storage.ts";

/** `/v2/<name>/blobs/<digest>`: end-2 and 10 of the specification. */
export function blobs(storage: Storage): Methods {
  return {
    GET: async ({ name, target, request }) => {
      const digest = readDigest(target);
      const size = await sizeIn(storage, name, digest);
      const range = readRange(request.headers.range, size);
      const { first, last } = range ?? { first: 0, last: size - 1 };
      const headers = {
        "accept-ranges": "bytes",
        "content-type": "application/octet-stream",
        "content-length": last - first + 1,
        "docker-content-digest": digest,
        ...(range && { "content-range": `bytes ${first}-${last}/${size}` }),
      };
      const status = range ? 206 : 200;
      return size === 0 ? { status, headers } : { status, headers, body: { path: storage.blob(digest), first, last } };
    },
    /** Takes the blob from this repository only; others may have it. */
    DELETE: async ({ name, target }) => {
      const digest = readDigest(target);
      await sizeIn(storage, name, digest);
      await rm(storage.link(name, "_blobs", digest), { force: true });
      return { status: 202, headers: { "docker-content-digest": digest } };
    },
  };
}

async function sizeIn(storage: Storage, name: string, digest: Digest): Promise<number> {
  const linked = (await sizeOf(storage.link(name, "_blobs", digest))) !== undefined;
  const size = linked ? await sizeOf(storage.blob(digest)) : undefined;
  return size ?? refuse("BLOB_UNKNOWN", `Unknown blob in ${name}: ${digest}`, { detail: { digest } });
}

/** One range of bytes (RFC 9110 §14), both ends included; undefined for all: several ranges are not served. */
function readRange(text: string | undefined, size: number): { first: number; last: number } | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(text ?? "") ?? [];
  if (from === undefined || to === undefined || from + to === "") return undefined;
  const first = from === "" ? Math.max(size - Number(to), 0) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (first <= last) return { first, last };
  const headers = { "content-range": `bytes */${size}` };
  return refuse("SIZE_INVALID", `Range ${text} is not within the blob's ${size} bytes`, { status: 416, headers });
}
