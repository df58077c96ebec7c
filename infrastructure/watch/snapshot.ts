import { lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { Watched } from "../../src/watch/watched.ts";

/** Never looked into: what the tool and other programs write. `dist` is meant at the top only. */
const left = (path: string, name: string): boolean => path === "dist" || name === ".git" || name === "node_modules";

/** What editors write beside a file while it is open: vim, Emacs, GNOME, JetBrains. */
const editors = /^(4913|\.#.*|#.*#|\.goutputstream-.*)$|(~|\.sw[a-z]|___jb_(tmp|old)___)$/;

/**
 * What lies at the watched paths, as it was last seen. Folders are seen as far as they lead to or lie within them.
 *
 * Events say no more than where to look: what has changed is found out here, so a lost, doubled or late one is no harm.
 */
export class Snapshot {
  readonly #root: string;
  readonly #folders: ReadonlySet<string>;
  readonly #files: ReadonlySet<string>;
  /** Folders that lead to a watched path. */
  readonly #above: ReadonlySet<string>;
  /** By folder, then by name, what tells one state from another. */
  readonly #seen = new Map<string, Map<string, string>>();
  readonly #entered: (folder: string) => void;

  /** `entered` is called for each folder before it is read, so that nothing is missed between the two. */
  constructor(root: string, { folders, files }: Watched, entered: (folder: string) => void) {
    this.#root = root;
    this.#folders = new Set(folders);
    this.#files = new Set(files);
    this.#above = new Set([...folders, ...files].flatMap(parents));
    this.#entered = entered;
    this.look("");
  }

  /** Folders that have been looked into, relative to the project. */
  folders(): ReadonlySet<string> {
    return new Set(this.#seen.keys());
  }

  /** Watched files that are there. */
  files(): readonly string[] {
    return [...this.#states()].filter(([, state]) => !state.startsWith("folder")).map(([path]) => path);
  }

  /** Looks into a folder and gives the watched paths that came, went or changed since. */
  look(folder: string): readonly string[] {
    const before = this.#seen.get(folder);
    if (before === undefined) this.#entered(folder);
    const now = this.#read(folder);
    this.#seen.set(folder, now);
    const gone = [...(before?.keys() ?? [])].filter((name) => !now.has(name));
    const found = [...now].filter(([name, state]) => before?.get(name) !== state);
    return [
      ...gone.flatMap((name) => this.#forget(pathOf(folder, name))),
      ...found.flatMap(([name, state]) => this.#changed(pathOf(folder, name), state)),
    ];
  }

  /** Everything again, as polling does. */
  lookAll(): readonly string[] {
    return [...this.#seen.keys()].flatMap((folder) => (this.#seen.has(folder) ? this.look(folder) : []));
  }

  /** What has changed since another snapshot, of the paths that it watched. */
  since(before: Snapshot): readonly string[] {
    const [old, now] = [before.#states(), this.#states()];
    return [...new Set([...old.keys(), ...now.keys()])].filter(
      (path) => old.get(path) !== now.get(path) && before.#watches(path),
    );
  }

  #changed(path: string, state: string): readonly string[] {
    const own = this.#watches(path) ? [path] : [];
    if (!state.startsWith("folder") || !this.#leads(path)) return own;
    // Another folder of the same name is a new one.
    return [...own, ...this.#forget(path).filter((below) => below !== path), ...this.look(path)];
  }

  #forget(path: string): readonly string[] {
    const below = [...this.#seen.keys()].filter((folder) => folder === path || folder.startsWith(`${path}/`));
    const paths = below.flatMap((folder) =>
      [...(this.#seen.get(folder)?.keys() ?? [])].map((name) => pathOf(folder, name)),
    );
    for (const folder of below) this.#seen.delete(folder);
    return [path, ...paths].filter((one) => this.#watches(one));
  }

  #read(folder: string): Map<string, string> {
    const found = new Map<string, string>();
    for (const name of namesIn(join(this.#root, folder))) {
      const path = pathOf(folder, name);
      if (left(path, name) || editors.test(name) || !(this.#watches(path) || this.#leads(path))) continue;
      const stats = lstatSync(join(this.#root, path), { throwIfNoEntry: false });
      if (stats) found.set(name, stateOf(stats));
    }
    return found;
  }

  #states(): ReadonlyMap<string, string> {
    const all = [...this.#seen].flatMap(([folder, names]) =>
      [...names].map(([name, state]) => [pathOf(folder, name), state] as const),
    );
    return new Map(all.filter(([path]) => this.#watches(path)));
  }

  #watches(path: string): boolean {
    return this.#files.has(path) || this.#within(path);
  }

  #leads(path: string): boolean {
    return this.#above.has(path) || this.#within(path);
  }

  #within(path: string): boolean {
    return this.#folders.has(path) || parents(path).some((folder) => this.#folders.has(folder));
  }
}

/** Not the time of the last change of the entry: a link to the file would change it. */
function stateOf(stats: Stats): string {
  // With its birth: the number of a folder that was removed is given to the next one.
  if (stats.isDirectory()) return `folder ${stats.ino} ${stats.birthtimeMs}`;
  return `${stats.mtimeMs} ${stats.size} ${stats.mode} ${stats.ino}`;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // It went, or may not be read: the run will tell, if it needs it.
    return [];
  }
}

function pathOf(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** `a/b`, `a` and the project itself of `a/b/c`. */
function parents(path: string): readonly string[] {
  if (path === "") return [];
  const slash = path.lastIndexOf("/");
  const folder = slash < 0 ? "" : path.slice(0, slash);
  return [folder, ...parents(folder)];
}
