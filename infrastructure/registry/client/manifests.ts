import type { Descriptor, Manifest, Repository } from "../../../src/ports.ts";
import { mismatch, type Purpose } from "./errors.ts";
import { headOf, manifestOf, manifestTypes } from "./manifest.ts";
import { accessTo, referenceOf, urlOf } from "./repository.ts";
import type { Reply } from "./transport.ts";
import type { Attempt } from "./wire.ts";

/** A manifest's descriptor by HEAD, which counts against no rate limit; by GET where a registry says too little. */
export async function headManifest(
  attempt: Attempt,
  repository: Repository,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<Descriptor | undefined> {
  const reply = await ask(attempt, "HEAD", repository, reference, signal);
  if (reply.status === 404) return undefined;
  return headOf(reply, reference) ?? (await getManifest(attempt, repository, reference, signal))?.descriptor;
}

/** A manifest with its bytes; undefined when it does not exist. */
export async function getManifest(
  attempt: Attempt,
  repository: Repository,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<Manifest | undefined> {
  const reply = await ask(attempt, "GET", repository, reference, signal);
  if (reply.status === 404) return undefined;
  return manifestOf(reply, reference, `read ${referenceOf(repository, reference)}`);
}

/** A manifest that a registry has taken. */
export interface Stored {
  readonly descriptor: Descriptor;
  /** The registry says that it lists it with its subject. */
  readonly listed: boolean;
}

/** Stores a manifest; the registry must have understood the bytes as we do. */
export async function putManifest(
  attempt: Attempt,
  repository: Repository,
  reference: string,
  { descriptor, body }: Manifest,
  signal: AbortSignal | undefined,
): Promise<Stored> {
  const url = urlOf(repository, `manifests/${reference}`);
  const headers = { "content-type": descriptor.mediaType };
  const access = accessTo(repository, "pull,push");
  const purpose = purposeOf("write", repository, reference, [201], signal);
  const reply = await attempt(purpose, (send) => send({ method: "PUT", url, headers, body, access, signal }));
  const stored = reply.headers["docker-content-digest"];
  if (stored !== undefined && stored !== descriptor.digest) throw mismatch(purpose.action, descriptor.digest, stored);
  return { descriptor, listed: reply.headers["oci-subject"] !== undefined };
}

function ask(
  attempt: Attempt,
  method: "GET" | "HEAD",
  repository: Repository,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<Reply> {
  const url = urlOf(repository, `manifests/${reference}`);
  const headers = { accept: manifestTypes.join(", ") };
  const access = accessTo(repository, "pull");
  const purpose = purposeOf("read", repository, reference, [200, 404], signal);
  return attempt(purpose, (send) => send({ method, url, headers, access, signal }));
}

function purposeOf(
  verb: string,
  repository: Repository,
  reference: string,
  expect: readonly number[],
  signal: AbortSignal | undefined,
): Purpose {
  return { action: `${verb} ${referenceOf(repository, reference)}`, address: repository.place.address, expect, signal };
}
