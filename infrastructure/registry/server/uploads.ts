import type { IncomingMessage } from "node:http";
import type { Digest } from "../../../src/entry.ts";
import type { Arrivals } from "./arrivals.ts";
import { refuse } from "./errors.ts";
import { type Call, hasBody, type Methods, type Reply } from "./http.ts";
import { type Algorithm, readDigest, readName } from "./names.ts";
import { type Storage, sizeOf } from "./storage.ts";

/** `/v2/<name>/blobs/uploads/`: end-4a, 4b, 4c and 11 of the specification. */
export function uploadStarts(storage: Storage, arrivals: Arrivals): Methods {
  return {
    POST: async (call) => {
      const mount = call.query.get("mount");
      if (mount !== null && (await canMount(storage, call, readDigest(mount)))) {
        return stored(storage, call, readDigest(mount));
      }
      const digest = call.query.get("digest");
      const expected = digest === null ? null : readDigest(digest);
      const id = await arrivals.begin(readAlgorithm(call));
      if (expected === null) return progress(call.name, id, 0, 202);
      // Nobody else knows this id: what a failure leaves behind could not be continued.
      await arrivals.append(id, call.request).catch(async (error: unknown) => {
        await arrivals.cancel(id);
        throw error;
      });
      return commit(storage, arrivals, call, id, expected);
    },
  };
}

/** `/v2/<name>/blobs/uploads/<id>`: end-5, 6, 13 and 14. */
export function uploads(storage: Storage, arrivals: Arrivals): Methods {
  const arrived = async (id: string): Promise<number> =>
    (await arrivals.size(id)) ?? refuse("BLOB_UPLOAD_UNKNOWN", `Unknown upload: ${id}`);
  return {
    GET: async ({ name, target }) => progress(name, target, await arrived(target), 204),
    PATCH: async ({ name, target, request }) => {
      checkOrder(request, name, target, await arrived(target));
      return progress(name, target, await arrivals.append(target, request), 202);
    },
    PUT: async (call) => {
      const digest = readDigest(call.query.get("digest"));
      const size = await arrived(call.target);
      if (hasBody(call.request)) {
        checkOrder(call.request, call.name, call.target, size);
        await arrivals.append(call.target, call.request);
      }
      return commit(storage, arrivals, call, call.target, digest);
    },
    DELETE: async ({ target }) => {
      await arrived(target);
      await arrivals.cancel(target);
      return { status: 204 };
    },
  };
}

/** With `from`, only what that repository has; without, whatever is stored. */
async function canMount(storage: Storage, { query }: Call, digest: Digest): Promise<boolean> {
  const from = query.get("from");
  const linked = from === null || (await sizeOf(storage.link(readName(from), "_blobs", digest))) !== undefined;
  return linked && (await sizeOf(storage.blob(digest))) !== undefined;
}

async function commit(storage: Storage, arrivals: Arrivals, call: Call, id: string, digest: Digest): Promise<Reply> {
  if (await arrivals.commit(id, digest)) return stored(storage, call, digest);
  return refuse("DIGEST_INVALID", `The content's digest is not ${digest}`, { detail: { digest } });
}

/** Makes a stored blob one of the repository's. */
async function stored(storage: Storage, { name }: Call, digest: Digest): Promise<Reply> {
  await storage.place(storage.link(name, "_blobs", digest), "");
  return { status: 201, headers: { location: `/v2/${name}/blobs/${digest}`, "docker-content-digest": digest } };
}

function progress(name: string, id: string, size: number, status: number): Reply {
  return { status, headers: { ...position(name, id, size), "docker-upload-uuid": id } };
}

/** Where the upload goes on. Of nothing, too, the range is `0-0`, as docker-registry has it: there is no empty range. */
function position(name: string, id: string, size: number): Readonly<Record<string, string>> {
  return { location: `/v2/${name}/blobs/uploads/${id}`, range: `0-${Math.max(size - 1, 0)}` };
}

function checkOrder({ headers }: IncomingMessage, name: string, id: string, size: number): void {
  const range = headers["content-range"];
  if (range === undefined) return;
  const [, first, last] = /^(\d+)-(\d+)$/.exec(range) ?? [];
  if (first === undefined) refuse("BLOB_UPLOAD_INVALID", `Invalid Content-Range: ${range}`);
  if (Number(first) !== size) {
    const message = `The chunk begins at byte ${first}, the upload goes on at byte ${size}`;
    refuse("BLOB_UPLOAD_INVALID", message, { status: 416, headers: position(name, id, size) });
  }
  const length = headers["content-length"];
  if (length !== undefined && Number(last) - Number(first) + 1 !== Number(length)) {
    refuse("SIZE_INVALID", `Content-Range ${range} has not the ${length} bytes of Content-Length`);
  }
}

function readAlgorithm({ query }: Call): Algorithm {
  const text = query.get("digest-algorithm") ?? "sha256";
  if (text === "sha256" || text === "sha512") return text;
  return refuse("UNSUPPORTED", `Unknown digest algorithm: ${text}`, { detail: { algorithm: text } });
}
