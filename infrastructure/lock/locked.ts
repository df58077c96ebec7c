import type { Digest } from "../../src/entry.ts";
import type { PinnedBase } from "../../src/input.ts";
import type { Platform } from "../../src/model/platform.ts";
import { referenceOf } from "../registry/client/repository.ts";
import { type LockedBases, readLock } from "./file.ts";
import { parseReference } from "./reference.ts";

/** Gives bases as a lock has them, and asks no registry: one that is not pinned has no digest. */
export function lockedAt(file: string): (reference: string, platform: Platform) => Promise<PinnedBase> {
  let reading: Promise<LockedBases> | undefined;
  return async (reference, platform) => {
    const base = parseReference(reference);
    const repository = `${base.repository.place.address}/${base.repository.name}`;
    if (base.digest) return { repository, digest: base.digest };
    reading ??= readLock(file);
    const locked = (await reading)[referenceOf(base.repository, base.reference)];
    return { repository, digest: locked?.platforms[platform] ?? ("" as Digest) };
  };
}
