import { setTimeout as sleep } from "node:timers/promises";
import type { Digest } from "../../../src/entry.ts";
import { indexType } from "../../../src/oci/document.ts";
import type { Descriptor, Repository } from "../../../src/ports.ts";
import { fail } from "../../../src/problem.ts";
import { digestLike } from "./download.ts";
import { type Index, indexIn } from "./manifest.ts";
import { getManifest, putManifest } from "./manifests.ts";
import { referenceOf } from "./repository.ts";
import type { Attempt } from "./wire.ts";

/** Writes that others may undo before it is given up. */
const most = 5;

/** What the list under a subject's tag has, which is all there is where a registry has no referrers API. */
export async function listByTag(
  attempt: Attempt,
  repository: Repository,
  subject: Digest,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[]> {
  return (await readList(attempt, repository, referrersTag(subject), signal)).manifests;
}

/**
 * Adds a descriptor to the list under a subject's tag, and keeps what else is there.
 *
 * The registry knows no lock and no condition: whoever wrote between our reading and writing is undone, and may undo
 * us. So the list is read again until it has the descriptor.
 *
 * @throws ImagesError `referrers-contended` when others undo it time after time
 */
export async function addByTag(
  attempt: Attempt,
  repository: Repository,
  subject: Digest,
  referrer: Descriptor,
  signal: AbortSignal | undefined,
): Promise<void> {
  const tag = referrersTag(subject);
  for (let written = 0; ; written += 1) {
    const list = await readList(attempt, repository, tag, signal);
    if (list.manifests.some(({ digest }) => digest === referrer.digest)) return;
    if (written === most) contended(repository, tag);
    // Two that write in step would go on doing so.
    if (written > 0) await sleep(Math.random() * 100, undefined, { signal });
    const body = new TextEncoder().encode(JSON.stringify({ ...list, manifests: [...list.manifests, referrer] }));
    const descriptor = { mediaType: indexType, digest: digestLike("sha256:", body), size: body.byteLength };
    await putManifest(attempt, repository, tag, { descriptor, body }, signal);
  }
}

/** `sha256-<hex>`: algorithm and digest, cut to 32 and 64 characters (distribution-spec 1.1, "Referrers Tag Schema"). */
function referrersTag(subject: Digest): string {
  const [algorithm = "", hex = ""] = subject.split(":");
  return `${algorithm.slice(0, 32)}-${hex.slice(0, 64)}`;
}

async function readList(
  attempt: Attempt,
  repository: Repository,
  tag: string,
  signal: AbortSignal | undefined,
): Promise<Index> {
  const found = await getManifest(attempt, repository, tag, signal);
  if (!found) return { schemaVersion: 2, mediaType: indexType, manifests: [] };
  return indexIn(found.body) ?? taken(repository, tag, found.descriptor.mediaType);
}

function taken(repository: Repository, tag: string, found: string): never {
  const message = `Cannot list attachments under ${referenceOf(repository, tag)}: the tag is on something else`;
  const wanted = indexType;
  return fail({ code: "referrers-tag-taken", kind: "task", message, found, wanted, fix: "Remove the tag" });
}

function contended(repository: Repository, tag: string): never {
  const message = `Cannot list an attachment under ${referenceOf(repository, tag)}: others keep writing over it`;
  const fix = "Run the command again when nobody else publishes this image";
  return fail({ code: "referrers-contended", kind: "task", message, fix });
}
