import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import type { Watched } from "../../src/watch/watched.ts";
import { Snapshot } from "./snapshot.ts";

export interface WatchSettings {
  /** The project's folder, absolute. */
  readonly folder: string;
  readonly watched: Watched;
  /** Milliseconds between two looks at everything; null: look when the system tells of something. */
  readonly poll: number | null;
  /** Told of watched paths that came, went or changed; never of none. */
  changed(paths: readonly string[]): void;
  /** Told when the system's events cannot be had and polling is what is left. */
  fellBack(reason: string, poll: number): void;
}

/** A watch of files that goes on until it is disposed. */
export interface Watch extends Disposable {
  /** Watched files that are there. */
  files(): readonly string[];
  /** Looks at other paths from now on; what changed meanwhile of those before is told. */
  follow(watched: Watched): void;
  /** Looks at the folder's own files now: what has changed is given here, and not told later. */
  look(folder: string): readonly string[];
}

/** Milliseconds between looks where there is nothing else: a look at 10,000 files takes 50 of them. */
export const defaultPoll = 500;

/** Watches files. Only folders are given to the system, one by one: see docs/decisions/. */
export function watchFiles(settings: WatchSettings): Watch {
  return new FolderWatch(settings);
}

class FolderWatch implements Watch {
  readonly #settings: WatchSettings;
  readonly #watchers = new Map<string, FSWatcher>();
  /** Folders that the system told of and that have not been looked into. */
  readonly #hinted = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #poll: number | null;
  #snapshot: Snapshot;

  constructor(settings: WatchSettings) {
    this.#settings = settings;
    this.#poll = settings.poll;
    this.#snapshot = this.#take(settings.watched);
    this.#startPolling();
  }

  files(): readonly string[] {
    return this.#snapshot.files();
  }

  follow(watched: Watched): void {
    const before = this.#snapshot;
    this.#snapshot = this.#take(watched);
    this.#drop();
    this.#tell(this.#snapshot.since(before));
  }

  look(folder: string): readonly string[] {
    const found = this.#snapshot.look(folder);
    this.#drop();
    return found;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  #take(watched: Watched): Snapshot {
    return new Snapshot(this.#settings.folder, watched, (folder) => this.#enter(folder));
  }

  /** A folder is entered again when another one has taken its place: what was watched is then the old one. */
  #enter(folder: string): void {
    if (this.#poll !== null) return;
    this.#watchers.get(folder)?.close();
    try {
      const watcher = watch(join(this.#settings.folder, folder), () => this.#hint(folder));
      watcher.on("error", () => this.#hint(folder));
      this.#watchers.set(folder, watcher);
    } catch (error) {
      this.#refused(error as NodeJS.ErrnoException);
    }
  }

  /** A folder may be gone again already; a system without watches, or with too few of them, is another matter. */
  #refused({ code = "" }: NodeJS.ErrnoException): void {
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return;
    this.#poll = defaultPoll;
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    this.#startPolling();
    const reason = code === "ENOSPC" ? "fs.inotify.max_user_watches is reached" : `the system says ${code}`;
    this.#settings.fellBack(reason, defaultPoll);
  }

  #startPolling(): void {
    if (this.#poll === null || this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#tell(this.#snapshot.lookAll()), this.#poll);
  }

  /** Events come in crowds: one look for all of them. */
  #hint(folder: string): void {
    if (this.#hinted.size === 0) setImmediate(() => this.#follow());
    this.#hinted.add(folder);
  }

  #follow(): void {
    const folders = [...this.#hinted];
    this.#hinted.clear();
    const known = this.#snapshot.folders();
    const found = folders.filter((folder) => known.has(folder)).flatMap((folder) => this.#snapshot.look(folder));
    this.#drop();
    this.#tell(found);
  }

  /** Ends the watches of folders that are no longer of interest. */
  #drop(): void {
    const known = this.#snapshot.folders();
    for (const [folder, watcher] of this.#watchers) {
      if (known.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
  }

  #tell(paths: readonly string[]): void {
    if (paths.length > 0) this.#settings.changed([...new Set(paths)].sort());
  }
}
