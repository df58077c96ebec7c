import type { Digest } from "../../src/entry.ts";
import type { Layer } from "./layer.ts";

/** Layers that were read, by digest: what many images stand on is read once. */
export interface LayerMemory {
  /** Gives a layer that is known, waits for one that is being read, or reads it. */
  get(digest: Digest, read: () => Promise<Layer>, signal: AbortSignal): Promise<Layer>;
}

/** Remembers the layers that were used last, up to about `limit` bytes. */
export function createLayerMemory(limit: number): LayerMemory {
  /** In the order of their last use. */
  const known = new Map<Digest, Layer>();
  const reading = new Map<Digest, Promise<Layer>>();

  async function shared(digest: Digest, read: () => Promise<Layer>, signal: AbortSignal): Promise<Layer> {
    for (let other = reading.get(digest); other; other = reading.get(digest)) {
      const layer = await other.catch(() => undefined);
      if (layer) return layer;
      // That read may have been cancelled, which is no reason to fail here.
      signal.throwIfAborted();
    }
    const own = read().finally(() => reading.delete(digest));
    reading.set(digest, own);
    return own;
  }

  return {
    get: async (digest, read, signal) => {
      const layer = known.get(digest) ?? (await shared(digest, read, signal));
      known.delete(digest);
      known.set(digest, layer);
      forget(known, limit);
      return layer;
    },
  };
}

function forget(known: Map<Digest, Layer>, limit: number): void {
  let room = limit;
  for (const [digest, layer] of [...known].reverse()) {
    room -= sizeOf(layer);
    if (room < 0) known.delete(digest);
  }
}

/** About what an entry takes, with its path. */
const entrySize = 300;

function sizeOf({ entries, contents }: Layer): number {
  return [...contents.values()].reduce((sum, { byteLength }) => sum + byteLength, entries.size * entrySize);
}
