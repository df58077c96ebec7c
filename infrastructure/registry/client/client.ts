import PQueue from "p-queue";
import type { Registry, Repository } from "../../../src/ports.ts";
import { copyTree, type Put } from "./copy.ts";
import type { Credentials } from "./credentials.ts";
import { readBlob } from "./download.ts";
import { getManifest, headManifest, putManifest } from "./manifests.ts";
import { createReferrers } from "./referrers.ts";
import { defaultPolicy, type RetryPolicy } from "./retry.ts";
import { createTransport } from "./transport.ts";
import { upload } from "./upload.ts";
import { type Attempt, createWire } from "./wire.ts";

/** Settings of a client. */
export interface RegistryOptions {
  /** Asked when a registry wants to know who calls. */
  readonly credentials: Credentials;
  /** Connections to one host at most, 8 unless given. */
  readonly connections?: number;
  /** What differs from the default: five tries, a minute of patience. */
  readonly retry?: Partial<RetryPolicy>;
  readonly userAgent: string;
}

/** Uploads to one host at once: more gain nothing, the registry hashes what it gets. */
const uploadsAtOnce = 4;

/** A client for every OCI registry; it opens connections when it is used and closes them when it is disposed of. */
export function createRegistry(options: RegistryOptions): Registry & AsyncDisposable {
  const transport = createTransport({ connections: options.connections ?? 8, userAgent: options.userAgent });
  const attempt = createWire(transport.send, options.credentials, { ...defaultPolicy, ...options.retry });
  const put = limitedUploads(attempt);
  const registry: Omit<Registry, "copy"> = {
    head: (repository, reference, signal) => headManifest(attempt, repository, reference, signal),
    manifest: (repository, reference, signal) => getManifest(attempt, repository, reference, signal),
    blob: (repository, digest, signal) => readBlob(attempt, repository, digest, signal),
    putManifest: async (to, reference, manifest, signal) =>
      (await putManifest(attempt, to, reference, manifest, signal)).descriptor,
    ...createReferrers(attempt),
    putBlob: (to, blob, signal) => put(to, blob, { signal }),
  };
  return {
    ...registry,
    copy: (from, to, digest, signal) => copyTree({ ...registry, put }, { from, to, signal }, digest),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

/** Uploads what was uploaded before to another repository of the registry by mounting it from there. */
function limitedUploads(attempt: Attempt): Put {
  const queues = new Map<string, PQueue>();
  const holders = new Map<string, Repository>();
  return async (to, blob, options) => {
    const { address } = to.place;
    const queue = queues.get(address) ?? new PQueue({ concurrency: uploadsAtOnce });
    queues.set(address, queue);
    await queue.add(() => {
      const mountFrom = options.mountFrom ?? holders.get(`${address} ${blob.digest}`);
      return upload(attempt, to, blob, { ...options, ...(mountFrom && { mountFrom }) });
    });
    holders.set(`${address} ${blob.digest}`, to);
  };
}
