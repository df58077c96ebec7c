import type {
  CommandTest,
  ContainerRunOptions,
  EnvVar,
  FileContentTest,
  FileExistenceTest,
  KeyValue,
  LicenseTest,
  MetadataTest,
  StructureTest,
} from "../model/structure-test.ts";

/** A part of a test file as it is written: only the keys in `Needed` have to be there. */
type Written<T, Needed extends keyof T = never> = Pick<T, Needed> & {
  readonly [K in Exclude<keyof T, Needed>]?: Exclude<T[K], null> | undefined;
};

/** The keys of a test file of container-structure-test 2.0.0, but for `schemaVersion`, which is the only one. */
export interface StructureTestSpec {
  /** Variables for all commands; `$NAME` in the value is what the image says of it. */
  readonly globalEnvVars?: readonly EnvVar[] | undefined;
  /** Commands, what they print and how they end. Nothing is read by a shell unless the command is one. */
  readonly commandTests?: readonly Written<CommandTest, "name" | "command">[] | undefined;
  /** Files that are there, or not, with their modes and owners. */
  readonly fileExistenceTests?: readonly Written<FileExistenceTest, "name" | "path">[] | undefined;
  /** What files hold, as regular expressions. */
  readonly fileContentTests?: readonly Written<FileContentTest, "name" | "path">[] | undefined;
  /** What the image's configuration says. */
  readonly metadataTest?: MetadataTestSpec | undefined;
  /** Files, and copyright files of Debian's packages, that may not name certain licenses. */
  readonly licenseTests?: readonly Written<LicenseTest>[] | undefined;
  /** How the containers for commands are run. */
  readonly containerRunOptions?: Written<ContainerRunOptions> | undefined;
}

/** What is said of an image's configuration; without `value` a variable or label is to be empty. */
export interface MetadataTestSpec extends Written<Omit<MetadataTest, "envVars" | "labels" | "unboundEnvVars">> {
  readonly envVars?: readonly Written<KeyValue, "key">[] | undefined;
  readonly labels?: readonly Written<KeyValue, "key">[] | undefined;
  readonly unboundEnvVars?: readonly { readonly key: string }[] | undefined;
}

/** The keys whose values are no text, in any section. */
export const notText: readonly string[] = [
  "exitCode",
  "uid",
  "gid",
  "shouldExist",
  "isRegex",
  "debian",
  "privileged",
  "allocateTty",
] satisfies readonly KeyOf<CommandTest | FileExistenceTest | KeyValue | LicenseTest | ContainerRunOptions>[];
type KeyOf<T> = T extends unknown ? keyof T : never;

/** Fills in what is not said. */
export function complete(spec: StructureTestSpec): StructureTest {
  return {
    globalEnvVars: (spec.globalEnvVars ?? []).map(toEnvVar),
    commandTests: (spec.commandTests ?? []).map(toCommandTest),
    fileExistenceTests: (spec.fileExistenceTests ?? []).map(toFileExistenceTest),
    fileContentTests: (spec.fileContentTests ?? []).map(({ name, path, expectedContents, excludedContents }) => ({
      name,
      path,
      expectedContents: expectedContents ?? [],
      excludedContents: excludedContents ?? [],
    })),
    metadataTest: toMetadataTest(spec.metadataTest ?? {}),
    licenseTests: (spec.licenseTests ?? []).map(({ debian, files }) => ({
      debian: debian ?? false,
      files: files ?? [],
    })),
    containerRunOptions: toRunOptions(spec.containerRunOptions ?? {}),
  };
}

function toEnvVar({ key, value }: Written<EnvVar, "key">): EnvVar {
  return { key, value: value ?? "" };
}

function toCommandTest(test: Written<CommandTest, "name" | "command">): CommandTest {
  return {
    name: test.name,
    setup: test.setup ?? [],
    teardown: test.teardown ?? [],
    envVars: (test.envVars ?? []).map(toEnvVar),
    command: test.command,
    args: test.args ?? [],
    exitCode: test.exitCode ?? 0,
    expectedOutput: test.expectedOutput ?? [],
    excludedOutput: test.excludedOutput ?? [],
    expectedError: test.expectedError ?? [],
    excludedError: test.excludedError ?? [],
  };
}

function toFileExistenceTest(test: Written<FileExistenceTest, "name" | "path">): FileExistenceTest {
  return {
    name: test.name,
    path: test.path,
    shouldExist: test.shouldExist ?? true,
    // The original's empty text is its "not said".
    permissions: test.permissions || null,
    uid: test.uid ?? null,
    gid: test.gid ?? null,
    isExecutableBy: test.isExecutableBy ?? null,
  };
}

/** Null where nothing is said: the original then has no such test. */
function toMetadataTest(test: MetadataTestSpec): MetadataTest | null {
  const completed: MetadataTest = {
    envVars: (test.envVars ?? []).map(toKeyValue),
    unboundEnvVars: (test.unboundEnvVars ?? []).map(({ key }) => key),
    labels: (test.labels ?? []).map(toKeyValue),
    exposedPorts: test.exposedPorts ?? [],
    unexposedPorts: test.unexposedPorts ?? [],
    volumes: test.volumes ?? [],
    unmountedVolumes: test.unmountedVolumes ?? [],
    entrypoint: test.entrypoint ?? null,
    cmd: test.cmd ?? null,
    workdir: test.workdir || null,
    user: test.user || null,
  };
  const { entrypoint, cmd } = completed;
  const said =
    [entrypoint, cmd].some((words) => words !== null) || Object.values(completed).some((value) => value?.length);
  return said ? completed : null;
}

function toKeyValue({ key, value, isRegex }: Written<KeyValue, "key">): KeyValue {
  return { key, value: value ?? "", isRegex: isRegex ?? false };
}

function toRunOptions(options: Written<ContainerRunOptions>): ContainerRunOptions {
  return {
    user: options.user || null,
    privileged: options.privileged ?? false,
    allocateTty: options.allocateTty ?? false,
    envFile: options.envFile || null,
    envVars: options.envVars ?? [],
    capabilities: options.capabilities ?? [],
    bindMounts: options.bindMounts ?? [],
  };
}
