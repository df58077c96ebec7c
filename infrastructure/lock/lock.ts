import type { PinnedBase } from "../../src/input.ts";
import type { Platform } from "../../src/model/platform.ts";
import type { Registry } from "../../src/ports.ts";
import { fail } from "../../src/problem.ts";
import { remembered } from "../registry/client/remember.ts";
import { referenceOf } from "../registry/client/repository.ts";
import type { LockedBase, LockedBases } from "./file.ts";
import { lookUp } from "./pin.ts";
import { type ImageReference, parseReference } from "./reference.ts";

/** Which lock, and whether it may be changed. */
export interface LockSettings {
  /** Absolute path of images.lock. */
  readonly file: string;
  readonly registry: Registry;
  /** False in a dry run: new pins are used, but not kept. */
  readonly write: boolean;
}

/** The digests of bases from outside: builds go on using them until somebody changes the lock. */
export interface Lock {
  /**
   * The digest of a base on a platform: from images.lock, where it is put on first use. One that is named by digest
   * needs no entry, and no question to the registry.
   *
   * @throws ImagesError `lock-invalid`, `unknown-base`, `base-platform-missing`.
   */
  pinned(reference: string, platform: Platform, signal?: AbortSignal): Promise<PinnedBase>;
}

/** Reads the lock when the first base is asked for. */
export function createLock({ file, registry, write }: LockSettings): Lock {
  const once = new Map<string, Promise<LockedBase>>();
  let reading: Promise<LockedBases> | undefined;

  const pin = async (base: ImageReference, key: string, signal: AbortSignal | undefined): Promise<LockedBase> => {
    // Here, because the parser takes longer to load than all the rest, and many projects have no such base.
    const { addToLock, readLock } = await import("./file.ts");
    reading ??= readLock(file);
    const locked = (await reading)[key];
    if (locked) return locked;
    const found = await lookUp(registry, base, signal);
    return write ? ((await addToLock(file, { [key]: found }))[key] ?? found) : found;
  };

  return {
    pinned: async (reference, platform, signal) => {
      const base = parseReference(reference);
      const repository = `${base.repository.place.address}/${base.repository.name}`;
      if (base.digest) return { repository, digest: base.digest };
      const key = referenceOf(base.repository, base.reference);
      const { platforms } = await remembered(once, key, () => pin(base, key, signal));
      return { repository, digest: platforms[platform] ?? noPlatform(key, platform, platforms) };
    },
  };
}

function noPlatform(base: string, platform: Platform, platforms: LockedBase["platforms"]): never {
  return fail({
    code: "base-platform-missing",
    kind: "config",
    message: `Base ${base} has no ${platform}`,
    found: Object.keys(platforms).sort().join(", "),
    fix: "Leave the platform out, or remove the base from images.lock if it has it by now.",
  });
}
