/** What tests want to see of an image. Paths are absolute and may lead through links. */
export interface Wanted {
  /** Paths to look at; a link that one ends in is not followed. */
  readonly paths: readonly string[];
  /** Paths of files to read; links are followed. */
  readonly contents: readonly string[];
  /** Whether the copyright files of Debian's packages are wanted. */
  readonly debianLicenses: boolean;
}

/** What an image has of that. */
export interface ImageFacts {
  readonly config: ImageConfig;
  /** By each wanted path, written as in `Wanted`. */
  readonly files: ReadonlyMap<string, FileFacts | Unavailable>;
  readonly contents: ReadonlyMap<string, Content | Unavailable>;
  /** Of each folder of a package in `/usr/share/doc`, by its name, in order; empty unless wanted. */
  readonly debianLicenses: ReadonlyMap<string, Content | Unavailable> | Unavailable;
}

/** The part `config` of an OCI image configuration (image-spec 1.1), nothing optional. */
export interface ImageConfig {
  /** Values by name. */
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** Empty: not set. */
  readonly workdir: string;
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `8080/tcp` */
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
}

export type FileKind = "file" | "directory" | "link" | "character-device" | "block-device" | "fifo";

/** What stands at a path itself, as `lstat` says. */
export interface FileFacts {
  readonly kind: FileKind;
  /** Permissions with the bits for setuid, setgid and sticky: 0o4755. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  /** Of a symbolic link, as it is written; else empty. */
  readonly target: string;
}

/** A regular file's bytes read as UTF-8. */
export interface Content {
  readonly text: string;
}

/** Why there is nothing: `/app/run.sh does not exist`. */
export interface Unavailable {
  readonly unavailable: string;
}

/** What is known of a path that was wanted. */
export function factOf<T>(facts: ReadonlyMap<string, T>, path: string): T {
  const fact = facts.get(path);
  if (fact === undefined) throw new Error(`Internal error: nothing is known of ${path}`);
  return fact;
}
