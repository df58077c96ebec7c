/** A command that makes one file of the build context. */
export interface Command {
  readonly command: readonly string[];
  readonly inputs: readonly string[];
  readonly env: readonly string[];
  readonly version: readonly string[] | string;
  readonly refresh?: string | undefined;
  readonly mutex?: string | undefined;
}

/** What makes a command's file go stale, and what it cannot share. */
export interface Staleness {
  /** Globs of the files it reads, from the project's folder. */
  readonly inputs?: readonly string[] | undefined;
  /** Names of the environment variables it reads. */
  readonly env?: readonly string[] | undefined;
  /** A command that prints the tool's version, or the pinned version itself; unless said, `PROGRAM --version`. */
  readonly version?: readonly string[] | string | undefined;
  /** For what comes from a network: `12h`, `7d`, `2w`. */
  readonly refresh?: string | undefined;
  /** Of the commands with one name here only one runs at a time on a machine, whatever the project: `"apt"`. */
  readonly mutex?: string | undefined;
}

/**
 * A file made by a program: `files: { "rootfs.tar": command(["mmdebstrap", "--architectures={arch}", "trixie", "{out}"]) }`.
 *
 * `{arch}`, `{platform}` and `{out}` are replaced; without `{out}` the file is the standard output.
 */
export function command(words: readonly [program: string, ...args: string[]], stale: Staleness = {}): Command {
  const { inputs = [], env = [], version = [words[0], "--version"], refresh, mutex } = stale;
  return { command: words, inputs, env, version, refresh, mutex };
}
