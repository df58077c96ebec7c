/**
 * A file of structure tests in the schema of container-structure-test 2.0.0, rendered and read.
 *
 * In YAML everything but names, commands and paths is optional; here nothing is. Patterns are in the syntax of RE2.
 */
export interface TestFile extends StructureTest {
  /** What it is called in the target's folder below dist/: `test.yml`, `test-1.yml`. */
  readonly name: string;
  /** The rendered YAML, as container-structure-test takes it. */
  readonly text: string;
  /** The file it was written in, relative to the project; null for a value of the configuration. */
  readonly source: string | null;
  /** The line of `source` (from 1) by a place in the file: each test's, `commandTests[0]`, and `containerRunOptions`. */
  readonly lines: Readonly<Record<string, number>>;
}

/** What is tested of an image. */
export interface StructureTest {
  readonly globalEnvVars: readonly EnvVar[];
  readonly commandTests: readonly CommandTest[];
  readonly fileExistenceTests: readonly FileExistenceTest[];
  readonly fileContentTests: readonly FileContentTest[];
  /** Null: nothing is said about metadata. */
  readonly metadataTest: MetadataTest | null;
  readonly licenseTests: readonly LicenseTest[];
  readonly containerRunOptions: ContainerRunOptions;
}

/** A variable for commands; `$NAME` in the value is what the image says of it. */
export interface EnvVar {
  readonly key: string;
  readonly value: string;
}

/** A command and what is expected of it. Nothing is read by a shell unless the command is one. */
export interface CommandTest {
  readonly name: string;
  /** Commands before it, in the same container; each must end with 0. */
  readonly setup: readonly (readonly string[])[];
  readonly teardown: readonly (readonly string[])[];
  readonly envVars: readonly EnvVar[];
  readonly command: string;
  readonly args: readonly string[];
  readonly exitCode: number;
  readonly expectedOutput: readonly string[];
  readonly excludedOutput: readonly string[];
  readonly expectedError: readonly string[];
  readonly excludedError: readonly string[];
}

export interface FileExistenceTest {
  readonly name: string;
  readonly path: string;
  readonly shouldExist: boolean;
  /** As `ls -l` writes them: `-rwxr-xr-x`; null: any. */
  readonly permissions: string | null;
  readonly uid: number | null;
  readonly gid: number | null;
  readonly isExecutableBy: "any" | "owner" | "group" | "other" | null;
}

export interface FileContentTest {
  readonly name: string;
  readonly path: string;
  readonly expectedContents: readonly string[];
  readonly excludedContents: readonly string[];
}

/** What the image's configuration must say. Null: anything. */
export interface MetadataTest {
  readonly envVars: readonly KeyValue[];
  readonly unboundEnvVars: readonly string[];
  readonly labels: readonly KeyValue[];
  readonly exposedPorts: readonly string[];
  readonly unexposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly unmountedVolumes: readonly string[];
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly workdir: string | null;
  readonly user: string | null;
}

export interface KeyValue {
  readonly key: string;
  /** A text, or a pattern where `isRegex` says so. */
  readonly value: string;
  readonly isRegex: boolean;
}

export interface LicenseTest {
  /** Whether the copyright files of Debian's packages are read. */
  readonly debian: boolean;
  readonly files: readonly string[];
}

/** How containers for commands are run. What steps of BuildKit cannot do needs the other driver. */
export interface ContainerRunOptions {
  readonly user: string | null;
  readonly privileged: boolean;
  readonly allocateTty: boolean;
  /** A file of variables, relative to the project. */
  readonly envFile: string | null;
  /** Names of variables that are handed on from this tool's environment. */
  readonly envVars: readonly string[];
  readonly capabilities: readonly string[];
  /** `source:destination[:options]`. */
  readonly bindMounts: readonly string[];
}
