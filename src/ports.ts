import type { Blob, Digest, Entry } from "./entry.ts";
import type { Progress } from "./events.ts";
import type { Input, Resolved, Tree } from "./input.ts";
import type { Platform } from "./model/platform.ts";
import type { TestFile } from "./model/structure-test.ts";
import type { Dockerfile, RegistryPlace, Secret, Target, TestDriver } from "./model/target.ts";

/** The only way from a task to the world. The engine binds `target` and `report` to the task that runs. */
export interface Ports {
  readonly builder: Builder;
  readonly registry: Registry;
  /** The same for registries that only an entry names: one that does not answer soon is not waited for again. */
  readonly elsewhere: Pick<Registry, "head" | "copy">;
  readonly archives: Archives;
  readonly testers: Readonly<Record<TestDriver, Tester>>;
  readonly scanner: Scanner;
  readonly dist: Dist;
  readonly blobs: Blobs;
  readonly commands: Commands;
  /** The registry where builds go and from which tests read. */
  readonly home: RegistryPlace;
  readonly policy: Policy;
  /** Whose work it is. For messages only: what decides the result belongs into the spec, and so into the key. */
  readonly target: Target;
  readonly report: (progress: Progress) => void;
}

/** What the user allowed for this run. */
export interface Policy {
  /** An alias may move to a lower version. */
  readonly allowDowngrade: boolean;
  /** A tag on an index that this tool did not make may be taken over. */
  readonly takeOver: boolean;
}

// ── Builder ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Builds one target for one platform and pushes the result by digest. Progress goes to `report`. */
export interface Builder {
  /** @throws ImagesError `build-failed` with line and log, `builder-unreachable` when there is no daemon. */
  build(request: BuildRequest, report: (progress: Progress) => void, signal: AbortSignal): Promise<Digest>;
}

export interface BuildRequest {
  /** For messages: the target's id, and where the Dockerfile's lines come from. */
  readonly target: string;
  readonly origin: Dockerfile;
  readonly platform: Platform;
  /** The bound Dockerfile. */
  readonly dockerfile: string;
  /** The staged build context; null when nothing is copied from it. */
  readonly context: Tree | null;
  /** Prepared files by path in the context. */
  readonly files: Readonly<Record<string, Blob>>;
  /** Overlays by the name the Dockerfile copies from. */
  readonly overlays: Readonly<Record<string, Tree>>;
  readonly bases: readonly BoundBase[];
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly stage: string | null;
  readonly secrets: readonly Secret[];
  readonly ssh: readonly string[];
  /** Seconds since 1970, or null to leave times as they are. */
  readonly epoch: number | null;
  readonly compression: "gzip" | "zstd";
  readonly destination: Repository;
}

/** The digest a private base name stands for on one platform. */
export interface BoundBase {
  readonly name: string;
  readonly platform: Platform;
  readonly repository: Repository;
  readonly digest: Digest;
}

// ── Tests and inventories ──────────────────────────────────────────────────────────────────────────────────────

/** An image on one platform, by digest. */
export interface ImageAt {
  readonly repository: Repository;
  readonly digest: Digest;
  readonly platform: Platform;
}

/** Runs structure tests on an image. */
export interface Tester {
  /**
   * Gives one result per test, in the order of the files. A test that fails is a result, not an error.
   *
   * @throws ImagesError `driver-cannot` for what this driver is not able to do, and when its services are missing.
   */
  test(request: TestRequest, report: (progress: Progress) => void, signal: AbortSignal): Promise<readonly TestResult[]>;
}

export interface TestRequest {
  /** For messages: the target's id. */
  readonly target: string;
  readonly image: ImageAt;
  readonly files: readonly TestFile[];
  /** Milliseconds that one command may take. */
  readonly timeout: number;
  /** Values of the variables that `containerRunOptions.envVars` hand on. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface TestResult {
  /** Name of the file in dist, and the test's place in it: `test.yml`, `commandTests[0]`. */
  readonly file: string;
  readonly at: string;
  /** As the user named it; `metadata` and `licenses` have no name of their own. */
  readonly name: string;
  /** What was wrong, one sentence each. Empty: passed. */
  readonly errors: readonly string[];
  /** Of a command; the last part of what is too long. */
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds. */
  readonly duration: number;
}

/** Lists the packages of an image. */
export interface Scanner {
  /** The same image, name and tool give the same bytes. @throws ImagesError `scan-failed` with the tool's last lines. */
  scan(request: ScanRequest, report: (progress: Progress) => void, signal: AbortSignal): Promise<Inventory>;
}

export interface ScanRequest {
  readonly image: ImageAt;
  /** What the documents call it: `node`, `24.11.0`. */
  readonly name: string;
  readonly version: string;
}

/** Software bills of materials as stored files, and how many packages they list. */
export interface Inventory {
  /** CycloneDX JSON. */
  readonly cyclonedx: Blob;
  /** SPDX JSON. */
  readonly spdx: Blob;
  readonly packages: number;
}

// ── Registry ───────────────────────────────────────────────────────────────────────────────────────────────────

/** A repository of a registry: `{ place, name: "team/node" }`; `name` includes the place's prefix. */
export interface Repository {
  readonly place: Pick<RegistryPlace, "address" | "builderAddress">;
  readonly name: string;
}

/** OCI content descriptor (image-spec 1.1). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
}

/** A manifest or index: the exact bytes and what they are. */
export interface Manifest {
  readonly descriptor: Descriptor;
  readonly body: Uint8Array;
}

/**
 * Client of OCI registries (distribution-spec 1.1). References are tags or digests.
 *
 * Every call throws ImagesError `registry-unreachable` (kind `service`) when nothing answers, `registry-denied`
 * when credentials are missing or refused, `registry-failed` with status and body for anything else.
 */
export interface Registry {
  /** HEAD of a manifest; undefined when the reference or repository does not exist. */
  head(repository: Repository, reference: string, signal?: AbortSignal): Promise<Descriptor | undefined>;
  /** GET of a manifest, its digest verified. */
  manifest(repository: Repository, reference: string, signal?: AbortSignal): Promise<Manifest | undefined>;
  /** Streams a blob, its digest verified at the end: the last read throws when it does not match. */
  blob(repository: Repository, digest: Digest, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Stores a manifest under a tag or its digest. */
  putManifest(repository: Repository, reference: string, manifest: Manifest, signal?: AbortSignal): Promise<Descriptor>;
  /** What refers to a manifest (distribution-spec 1.1, "Listing Referrers"), by the API or else the tag schema. */
  referrers(repository: Repository, subject: Digest, signal?: AbortSignal): Promise<readonly Descriptor[]>;
  /** Stores an artifact by digest and has it listed with its subject, also where the registry does not do that itself. */
  attach(repository: Repository, subject: Digest, artifact: Manifest, signal?: AbortSignal): Promise<void>;
  /** Uploads a blob unless it is there. */
  putBlob(repository: Repository, blob: Uploadable, signal?: AbortSignal): Promise<void>;
  /** Copies a manifest or index with everything below it, by digest: mounts within one registry, streams between two. */
  copy(from: Repository, to: Repository, digest: Digest, signal?: AbortSignal): Promise<void>;
}

/** A blob to upload; `open` may be called again when an upload is tried again. */
export interface Uploadable {
  readonly digest: Digest;
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

/** Makes the tar that `docker load` takes, streamed from a registry; memory does not grow with the image. */
export interface Archives {
  /** `name` is what the loaded image is called: `localhost:5050/node:24.11.0`. */
  dockerArchive(repository: Repository, digest: Digest, name: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

// ── Files ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** The readable view of the project under `dist/`. Nothing is built from it. Paths are relative to it. */
export interface Dist {
  /** Whether the files and trees lie there exactly so, and nothing else within the folders named by `trees`. */
  holds(view: View): Promise<boolean>;
  write(view: View): Promise<void>;
  /** Whether the file was written by `writeStream` with this identity and not touched since. */
  holdsStream(path: string, identity: string): Promise<boolean>;
  /** Writes a large file beside its final name and renames it; `identity` is what `holdsStream` asks for. */
  writeStream(path: string, identity: string, content: AsyncIterable<Uint8Array>): Promise<{ readonly size: number }>;
  /** Removes everything that is not below one of the owned paths. Gives what was removed. */
  sweep(owned: readonly string[]): Promise<readonly string[]>;
}

/** Text files by path, and folders that show a tree. */
export interface View {
  readonly files: Readonly<Record<string, string>>;
  readonly trees: Readonly<Record<string, Tree>>;
}

/** Content-addressed files of finished work. */
export interface Blobs {
  has(blob: Blob): Promise<boolean>;
  /** Absolute path of a blob for reading; undefined when it is not there or does not have its bytes. */
  path(blob: Blob): Promise<string | undefined>;
  /** Streams a blob, checked on the way: the last read throws when it was damaged. @throws ImagesError `blob-lost`. */
  open(blob: Blob): AsyncIterable<Uint8Array>;
  /** Takes a file over by renaming it; `file` is absolute and on the blobs' own file system. */
  adopt(file: string): Promise<Blob>;
}

/** Runs commands of the configuration whose result is one file. */
export interface Commands {
  /** @throws ImagesError `command-failed` with the last lines of its output. */
  make(request: CommandRequest, report: (progress: Progress) => void, signal: AbortSignal): Promise<Blob>;
}

export interface CommandRequest {
  /** What the file is called in the build context; `{out}` ends in its name. */
  readonly file: string;
  /** `{out}` stands for the file to write; without it the standard output is the file. */
  readonly command: readonly string[];
  /** Names of variables it gets from the environment, beside PATH, HOME and SOURCE_DATE_EPOCH. */
  readonly env: readonly string[];
}

// ── The engine's own ports ─────────────────────────────────────────────────────────────────────────────────────

/** Finds out what declared inputs are now. One run resolves equal inputs once. */
export interface Inputs {
  /** @throws ImagesError when a named file, variable or base does not exist. */
  resolve<I extends Input>(input: I, signal?: AbortSignal): Promise<Resolved<I>>;
}

/** Finished work by key. A damaged entry reads as undefined and is removed. */
export interface Store {
  get(key: string): Promise<Stored | undefined>;
  put(entry: Entry): Promise<void>;
  /** Resolves when what was put is kept wherever it goes, or was given up. Warns of that, but never fails. */
  settle(): Promise<void>;
}

/** An entry and the store that had it: `disk`, `s3`. */
export interface Stored {
  readonly entry: Entry;
  readonly store: string;
}

/** Locks between processes. A lock of a process that died is free. */
export interface Locks {
  /** Waits until the name is free; tells through `waiting` (once) that it has to. */
  hold(name: string, waiting: () => void, signal: AbortSignal): Promise<AsyncDisposable>;
}

/** Time in milliseconds. Never part of a key. */
export interface Clock {
  /** Since 1970. */
  now(): number;
  /** Rejects when the signal is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** What became of tasks before, by task id: the weights of the schedule, and what `explain` compares with. */
export interface History {
  load(): Promise<Readonly<Record<string, Past>>>;
  save(history: Readonly<Record<string, Past>>): Promise<void>;
}

export interface Past {
  /** Milliseconds that it took when it last ran. */
  readonly duration: number;
  /** The key it last had; null for kinds that compare. */
  readonly key: string | null;
}
