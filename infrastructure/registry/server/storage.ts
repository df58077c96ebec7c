import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Digest } from "../../../src/entry.ts";
import { splitDigest } from "./names.ts";

/**
 * Where things lie below the registry's folder:
 *
 *     blobs/sha256/ab/ab12…                      content, shared by all repositories
 *     uploads/<uuid>                             content that is still arriving
 *     repositories/<name>/_blobs/sha256/ab12…      the repository has this blob (empty)
 *     repositories/<name>/_manifests/sha256/ab12…  the repository has this manifest (its media type)
 *     repositories/<name>/_tags/<tag>              the digest the tag points at
 *     repositories/<name>/_referrers/<subject>/<digest>  descriptor of a manifest with that subject
 *
 * Everything but an upload arrives by renaming, content before links and links before tags: whatever is found is whole.
 */
export interface Storage {
  blob(digest: Digest): string;
  upload(id: string): string;
  link(name: string, kind: LinkKind, digest: Digest): string;
  /** A tag, or the folder of all tags. */
  tag(name: string, tag?: string): string;
  /** A referrer's descriptor, or the folder of all referrers of the subject. */
  referrer(name: string, subject: Digest, digest?: Digest): string;
  repository(name: string): string;
  /** Writes a small file beside and moves it to its place; `flush`: not before it is on disk. */
  place(path: string, content: string | Uint8Array, options?: { readonly flush: boolean }): Promise<void>;
}

export type LinkKind = "_blobs" | "_manifests";

/** The storage in a folder; makes the folder, and removes what was left arriving for more than a day. */
export async function openStorage(folder: string): Promise<Storage> {
  const uploads = join(folder, "uploads");
  await mkdir(uploads, { recursive: true, mode: 0o700 });
  await sweep(uploads);
  const repository = (name: string) => join(folder, "repositories", name);
  return {
    blob: (digest) => {
      const { algorithm, hex } = splitDigest(digest);
      return join(folder, "blobs", algorithm, hex.slice(0, 2), hex);
    },
    upload: (id) => join(uploads, id),
    link: (name, kind, digest) => join(repository(name), kind, pathOf(digest)),
    tag: (name, tag = "") => join(repository(name), "_tags", tag),
    referrer: (name, subject, digest) =>
      join(repository(name), "_referrers", pathOf(subject), digest === undefined ? "" : digest.replace(":", "-")),
    repository,
    place: async (path, content, { flush } = { flush: false }) => {
      const beside = join(uploads, randomUUID());
      await writeFile(beside, content, { mode: 0o600, flush });
      await moveTo(beside, path);
    },
  };
}

function pathOf(digest: Digest): string {
  return digest.replace(":", "/");
}

const day = 24 * 60 * 60 * 1000;

async function sweep(uploads: string): Promise<void> {
  for (const name of await names(uploads)) {
    const path = join(uploads, name);
    const modified = (await stat(path).catch(() => undefined))?.mtimeMs;
    if (modified !== undefined && modified < Date.now() - day) await rm(path, { force: true });
  }
}

/** Renames a file, making the folder it goes to. */
export async function moveTo(from: string, to: string): Promise<void> {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await rename(from, to);
  });
}

/** Size in bytes; undefined when there is no such file. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return (await unlessMissing(stat(path)))?.size;
}

export async function readText(path: string): Promise<string | undefined> {
  return unlessMissing(readFile(path, "utf8"));
}

/** The names in a folder, in the order of their code units; none when there is no such folder. */
export async function names(folder: string): Promise<readonly string[]> {
  return ((await unlessMissing(readdir(folder))) ?? []).sort();
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch((error: NodeJS.ErrnoException) => {
    // ENOTDIR: a part of the path is a file, so there is nothing below it.
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}
