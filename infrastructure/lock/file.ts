import { type FileHandle, open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Document, LineCounter, parseDocument, stringify } from "yaml";
import { z } from "zod";
import type { Digest } from "../../src/entry.ts";
import { fail } from "../../src/problem.ts";

/** What a base was when it was pinned; `index` is absent where its tag led to the manifest of one platform. */
export interface LockedBase {
  readonly index?: Digest;
  readonly platforms: Readonly<Record<string, Digest>>;
}

/** By full reference: `docker.io/library/debian:bookworm`. */
export type LockedBases = Readonly<Record<string, LockedBase>>;

const digest = z.string().regex(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/, "not a digest");
const platform = z.string().regex(/^[^/]+\/[^/]+(\/[^/]+)?$/, "not a platform");
const base = z.strictObject({ index: digest.optional(), platforms: z.record(platform, digest) });
const content = z.strictObject({ bases: z.record(z.string(), base).nullable() });

const heading = "# Digests of the images from outside. Commit this file; an entry that is removed is pinned anew.\n";

/** Milliseconds after which an unfinished file has no writer any more: writing takes a few. */
const leftBehind = 10_000;

/** @throws ImagesError `lock-invalid` with file and line. */
export async function readLock(file: string): Promise<LockedBases> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return "bases: {}";
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) return invalid(file, lines.linePos(broken.pos[0]).line, broken.code);
  const parsed = content.safeParse(document.toJS());
  if (parsed.success) return (parsed.data.bases ?? {}) as LockedBases;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const found = [path.join(" › "), issue?.message].filter(Boolean).join(": ");
  return invalid(file, lines.linePos(offsetOf(document, path)).line, found);
}

/** Where the innermost part of a path begins that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: readonly number[] } | undefined;
    if (node?.range?.[0] !== undefined) return node.range[0];
  }
  return 0;
}

function invalid(file: string, line: number, found: string): never {
  return fail({
    code: "lock-invalid",
    kind: "config",
    message: `Cannot read ${basename(file)}`,
    place: { file: basename(file), line },
    found,
    fix: "Restore it from version control, or remove the entry to pin the base anew.",
  });
}

/**
 * Adds bases to the file and gives all it has then. What another process pinned in the meantime stays as it is, so
 * that both build on the same. The unfinished file keeps others out until it replaces the old one.
 */
export async function addToLock(file: string, added: LockedBases): Promise<LockedBases> {
  const part = `${file}.part`;
  const handle = await claim(part);
  try {
    const bases = { ...added, ...(await readLock(file)) };
    await handle.writeFile(heading + stringify({ bases }, { lineWidth: 0, sortMapEntries: true }));
    await handle.sync();
    await rename(part, file);
    return bases;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Creates a file that nobody else has; one that was left behind by a process that died is taken away. */
async function claim(part: string): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(part, "wx");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const found = await stat(part).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > leftBehind) await rm(part, { force: true });
    await sleep(20);
  }
}
