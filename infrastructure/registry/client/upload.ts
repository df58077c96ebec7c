import type { Repository, Uploadable } from "../../../src/ports.ts";
import { isDenied } from "./errors.ts";
import { accessTo, urlOf } from "./repository.ts";
import type { Reply, Request, Send } from "./transport.ts";
import type { Attempt } from "./wire.ts";

/** What an upload needs to know beside the blob. */
export interface UploadOptions {
  /** A repository of the same registry that has the blob. */
  readonly mountFrom?: Repository;
  readonly signal?: AbortSignal | undefined;
}

/** Uploads a blob unless it is there: mounted where that is possible, else by POST and one PUT (distribution-spec 1.1). */
export async function upload(
  attempt: Attempt,
  to: Repository,
  blob: Uploadable,
  options: UploadOptions,
): Promise<void> {
  const { address } = to.place;
  const { signal } = options;
  const purpose = { action: `upload ${blob.digest} to ${address}/${to.name}`, address, signal };
  const url = urlOf(to, `blobs/${blob.digest}`);
  const found = await attempt({ ...purpose, expect: [200, 404] }, (send) =>
    send({ method: "HEAD", url, access: accessTo(to, "pull,push"), signal }),
  );
  if (found.status === 200) return;
  await attempt({ ...purpose, expect: [201, 204] }, (send) => transfer(send, to, blob, options));
}

/** One try from the start: the address that POST gives is good for one PUT only. Gives the reply that settled it. */
async function transfer(send: Send, to: Repository, blob: Uploadable, options: UploadOptions): Promise<Reply> {
  const started = (await mount(send, to, blob, options)) ?? (await send(post(to, options)));
  if (started.status !== 202) return started;
  const location = new URL(started.headers.location ?? "", started.url);
  location.searchParams.set("digest", blob.digest);
  const headers = { "content-type": "application/octet-stream" };
  const access = accessTo(to, "pull,push");
  return await send({ method: "PUT", url: location, headers, body: blob, access, signal: options.signal });
}

/** 201: mounted, 202: an upload was started instead; undefined where registry or token service know no mounting. */
async function mount(send: Send, to: Repository, { digest }: Uploadable, { mountFrom, signal }: UploadOptions) {
  if (!mountFrom) return undefined;
  const { method, url } = post(to, {});
  url.searchParams.set("mount", digest);
  url.searchParams.set("from", mountFrom.name);
  const access = accessTo(to, "pull,push", mountFrom);
  const reply = await send({ method, url, access, signal }).catch(unlessDenied);
  return !reply || [400, 401, 403, 404, 405].includes(reply.status) ? undefined : reply;
}

function post(to: Repository, { signal }: UploadOptions): Request {
  return { method: "POST", url: urlOf(to, "blobs/uploads/"), access: accessTo(to, "pull,push"), signal };
}

/** A token service may refuse the whole request when one of two repositories may not be read. */
function unlessDenied(error: unknown): undefined {
  if (!isDenied(error)) throw error;
}
