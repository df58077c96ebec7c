import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import type { Digest } from "../../../src/entry.ts";
import { type Fault, Refusal, refuse } from "./errors.ts";
import { type Call, type Methods, type Reply, readBody } from "./http.ts";
import { type ManifestFacts, readManifest } from "./manifest.ts";
import { isTag, type Reference, readDigest, readReference, splitDigest } from "./names.ts";
import { describeReferrer } from "./referrers.ts";
import { readText, type Storage, sizeOf } from "./storage.ts";
import { readTag, removeTag, tagsOf } from "./tags.ts";

/** The specification wants room for at least 4 MiB. */
const limit = 8 * 1024 * 1024;

/** `/v2/<name>/manifests/<reference>`: end-3, 7 and 9 of the specification. */
export function manifests(storage: Storage): Methods {
  return {
    GET: (call) => get(storage, call),
    PUT: (call) => put(storage, call),
    DELETE: (call) => remove(storage, call),
  };
}

async function get(storage: Storage, { name, target }: Call): Promise<Reply> {
  const reference = readReference(target) ?? unknown(name, target);
  const digest = "digest" in reference ? reference.digest : await readTag(storage, name, reference.tag);
  const mediaType = digest && (await mediaTypeOf(storage, name, digest));
  if (!digest || !mediaType) return unknown(name, target);
  const body = await readFile(storage.blob(digest));
  return { status: 200, headers: { "content-type": mediaType, "docker-content-digest": digest }, body };
}

async function put(storage: Storage, { name, target, query, request }: Call): Promise<Reply> {
  const reference = readReference(target) ?? refuse("MANIFEST_INVALID", `Invalid tag: ${target}`);
  const tags = tagsToSet(reference, query);
  const body = await readBody(request, limit);
  const digest = digestFor(reference, body);
  const manifest = readManifest(body, request.headers["content-type"]);
  await requireAll(storage, name, manifest.references);
  // To publish is to tag what is here already: that writes the tag and nothing else.
  const there = (await sizeOf(storage.blob(digest))) === body.length && (await mediaTypeOf(storage, name, digest));
  if (there !== manifest.mediaType) await store(storage, name, digest, body, manifest);
  for (const tag of tags) await storage.place(storage.tag(name, tag), digest);
  const headers = {
    location: `/v2/${name}/manifests/${digest}`,
    "docker-content-digest": digest,
    ...(manifest.subject && { "oci-subject": manifest.subject }),
    ...("digest" in reference && tags.length > 0 && { "oci-tag": [...tags] }),
  };
  return { status: 201, headers };
}

/** The content first and what makes it visible last, so that a crash leaves nothing half. */
async function store(
  storage: Storage,
  name: string,
  digest: Digest,
  body: Buffer,
  facts: ManifestFacts,
): Promise<void> {
  await storage.place(storage.blob(digest), body, { flush: true });
  if (facts.subject) {
    const text = JSON.stringify(describeReferrer(facts, digest, body.length));
    await storage.place(storage.referrer(name, facts.subject, digest), text);
  }
  await storage.place(storage.link(name, "_manifests", digest), facts.mediaType);
}

async function remove(storage: Storage, { name, target }: Call): Promise<Reply> {
  const reference = readReference(target) ?? unknown(name, target);
  if ("tag" in reference) {
    if (!(await removeTag(storage, name, reference.tag))) unknown(name, target);
    return { status: 202 };
  }
  const { digest } = reference;
  const mediaType = (await mediaTypeOf(storage, name, digest)) ?? unknown(name, target);
  // Tags first: none of them ever points at nothing.
  for (const tag of await tagsOf(storage, name)) {
    if ((await readTag(storage, name, tag)) === digest) await removeTag(storage, name, tag);
  }
  const { subject } = readManifest(await readFile(storage.blob(digest)), mediaType);
  await rm(storage.link(name, "_manifests", digest), { force: true });
  if (subject) await rm(storage.referrer(name, subject, digest), { force: true });
  return { status: 202 };
}

/** The media type a manifest was pushed with; undefined when the repository does not have it. */
async function mediaTypeOf(storage: Storage, name: string, digest: Digest): Promise<string | undefined> {
  return readText(storage.link(name, "_manifests", digest));
}

function tagsToSet(reference: Reference, query: URLSearchParams): readonly string[] {
  if ("tag" in reference) return [reference.tag];
  const tags = query.getAll("tag");
  const wrong = tags.find((tag) => !isTag(tag));
  return wrong === undefined ? tags : refuse("MANIFEST_INVALID", `Invalid tag: ${wrong}`);
}

/** By tag the canonical algorithm, by digest the one that was asked for. */
function digestFor(reference: Reference, body: Buffer): Digest {
  const wanted = "digest" in reference ? reference.digest : undefined;
  const { algorithm } = splitDigest(wanted ?? "sha256:");
  const digest = readDigest(`${algorithm}:${createHash(algorithm).update(body).digest("hex")}`);
  if (wanted === undefined || digest === wanted) return digest;
  return refuse("DIGEST_INVALID", `The manifest's digest is ${digest}, not ${wanted}`, { detail: { digest: wanted } });
}

/** An index may list blobs beside manifests, as BuildKit's caches do. */
async function requireAll(storage: Storage, name: string, digests: readonly Digest[]): Promise<void> {
  const faults: Fault[] = [];
  for (const digest of digests) {
    const links = [storage.link(name, "_blobs", digest), storage.link(name, "_manifests", digest)];
    const sizes = await Promise.all(links.map(sizeOf));
    if (sizes.some((size) => size !== undefined)) continue;
    faults.push({ code: "MANIFEST_BLOB_UNKNOWN", message: `Unknown in ${name}: ${digest}`, detail: { digest } });
  }
  const [first, ...rest] = faults;
  if (first) throw new Refusal([first, ...rest]);
}

function unknown(name: string, target: string): never {
  return refuse("MANIFEST_UNKNOWN", `Unknown manifest in ${name}: ${target}`, { detail: { reference: target } });
}
