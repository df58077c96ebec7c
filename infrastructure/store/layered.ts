import { join } from "node:path";
import type { Blob } from "../../src/entry.ts";
import type { Blobs, Store } from "../../src/ports.ts";
import { makeScratch } from "../process/scratch.ts";
import { Breaker } from "./breaker.ts";
import { Outbox } from "./outbox.ts";
import type { Fault, Remote } from "./remote.ts";

export interface LayeredSettings {
  /** The stores of this machine: what they have is never asked for elsewhere. */
  readonly store: Store;
  readonly blobs: Blobs;
  /** What stands behind them, opened when something is first looked for there. @throws Fault */
  readonly open: () => Promise<Remote>;
  /** How people call it: `Garage`. */
  readonly title: string;
  /** Whether what is made here is sent there. */
  readonly write: boolean;
  /** Whether entries that come from there are kept here. */
  readonly keep: boolean;
  /** A folder for unfinished files, on the blobs' file system. */
  readonly scratch: string;
  /** Milliseconds on a clock that nobody sets. */
  readonly now: () => number;
  readonly warn: (message: string) => void;
  readonly notice: (message: string) => void;
  /** Aborted: nothing is waited for any more. */
  readonly signal: AbortSignal;
}

/** Local stores with a remote one behind them; disposing ends its connections. */
export interface Layered extends AsyncDisposable {
  readonly store: Store;
  readonly blobs: Blobs;
}

/**
 * Milliseconds that a call may stand still, and that waiting in vain may cost a run. Sending goes on beside the work
 * and costs nothing until the end.
 */
const reading = { patience: 1000, budget: 2000 };
const writing = { patience: 10_000, budget: Number.POSITIVE_INFINITY };

/** Reads through to the remote store and keeps what comes; sends what is made here to it in the background. */
export function layer(settings: LayeredSettings): Layered {
  const { store, blobs, now, signal } = settings;
  const opened = new Opened(settings.open);
  const common = { open: opened.get, now, failed: telling(settings) };
  const reader = new Breaker({ ...reading, ...common });
  const outbox = new Outbox({ ...settings, ...common, breaker: new Breaker({ ...writing, ...common }) });
  const fetching = new Map<string, Promise<boolean>>();

  const fetch = async (blob: Blob): Promise<boolean> => {
    const got = await reader.call(false, signal, async (remote, call) => {
      await using folder = await makeScratch(settings.scratch);
      const file = join(folder.path, blob.sha256);
      if (!(await remote.fetch(blob, file, call))) return false;
      await blobs.adopt(file);
      return true;
    });
    if (!got) outbox.distrust(blob);
    return got;
  };
  const here = async (blob: Blob): Promise<boolean> => {
    if (await blobs.has(blob)) return true;
    const coming = fetching.get(blob.sha256) ?? fetch(blob).finally(() => fetching.delete(blob.sha256));
    fetching.set(blob.sha256, coming);
    return await coming;
  };

  return {
    store: {
      get: async (key) => {
        const found = await store.get(key);
        if (found) return found;
        const entry = await reader.call(undefined, signal, (remote, call) => remote.entry(key, call));
        if (entry === undefined) return undefined;
        // What cannot be kept here is there next time, too.
        if (settings.keep) await store.put(entry).catch(() => {});
        return { entry, store: "s3" };
      },
      put: async (entry) => {
        await store.put(entry);
        if (settings.write) outbox.send(entry);
      },
      settle: () => outbox.settle(reader.left),
    },
    blobs: {
      has: async (blob) =>
        (await blobs.has(blob)) || (await reader.call(false, signal, (remote, call) => remote.has(blob, call))),
      path: async (blob) => ((await here(blob)) ? await blobs.path(blob) : undefined),
      open: async function* (blob) {
        await here(blob);
        yield* blobs.open(blob);
      },
      adopt: blobs.adopt,
    },
    [Symbol.asyncDispose]: () => opened.close(),
  };
}

/** Says one thing about the remote store: the first that is wrong. That it may only be read from is no mistake. */
function telling({ warn, notice }: LayeredSettings): (fault: Fault) => void {
  const told = { warning: false, notice: false };
  return ({ kind, message }) => {
    const level = kind === "read-only" ? "notice" : "warning";
    if (told[level]) return;
    told[level] = true;
    (level === "notice" ? notice : warn)(message);
  };
}

/** Opened once, however many ask at once; what failed is tried again. */
class Opened {
  readonly #open: () => Promise<Remote>;
  #remote: Promise<Remote> | undefined;

  constructor(open: () => Promise<Remote>) {
    this.#open = open;
  }

  readonly get = (): Promise<Remote> => {
    this.#remote ??= this.#open().catch((error: unknown) => {
      this.#remote = undefined;
      throw error;
    });
    return this.#remote;
  };

  async close(): Promise<void> {
    const remote = await this.#remote?.catch(() => undefined);
    remote?.[Symbol.dispose]();
  }
}
