/** Programs of others that this tool starts itself. */
export type ToolName = keyof typeof tools;

/** What is known of a tool: which version is wanted and where it comes from. */
export interface Tool {
  /** A version, or a range of versions as semver writes it. */
  readonly version: string;
  /** Arguments it answers with its version. */
  readonly askVersion: readonly string[];
  /** What it is built from when no right version is found; without it, only a package brings it. */
  readonly source?: Source;
  /** The Debian package that has it. */
  readonly debian?: string;
}

export type Source = GoModule | Crate;

/** Programs built together, from a module of ours that requires theirs: its go.sum pins every byte. */
export interface GoModule {
  readonly kind: "go";
  /** Folder below `go/`, and the name of what is built from it. */
  readonly name: string;
  readonly version: string;
  /** The oldest Go that builds it. */
  readonly go: string;
  readonly packages: readonly string[];
  readonly flags: readonly string[];
  /** What a configuration says that needs none of it. */
  readonly without?: string;
}

/** A program of crates.io; the Cargo.lock that its crate carries pins every byte. */
export interface Crate {
  readonly kind: "crate";
  /** Of the crate and of its program. */
  readonly name: string;
  readonly version: string;
  /** In place of its default ones. */
  readonly features: readonly string[];
}

/** Linked statically and as upstream links it; without the version it calls itself unknown. */
const buildkit: GoModule = {
  kind: "go",
  name: "buildkit",
  version: "0.26.3",
  go: "1.24.3",
  packages: ["github.com/moby/buildkit/cmd/buildctl", "github.com/moby/buildkit/cmd/buildkitd"],
  flags: [
    "-trimpath",
    "-tags=osusergo,netgo,static_build,seccomp",
    "-ldflags=-s -w -X github.com/moby/buildkit/version.Version=v0.26.3",
  ],
};

const syft: GoModule = {
  kind: "go",
  name: "syft",
  version: "1.39.0",
  go: "1.24.1",
  packages: ["github.com/anchore/syft/cmd/syft"],
  flags: ["-trimpath", "-ldflags=-s -w -X main.version=1.39.0"],
  without: "sbom: false",
};

const structureTest: GoModule = {
  kind: "go",
  name: "container-structure-test",
  version: "1.22.1",
  go: "1.24.0",
  packages: ["github.com/GoogleContainerTools/container-structure-test/cmd/container-structure-test"],
  flags: [
    "-trimpath",
    "-ldflags=-s -w -X github.com/GoogleContainerTools/container-structure-test/pkg/version.version=v1.22.1",
  ],
};

/** With one database, without metrics: half the time to build. */
const garage: Crate = { kind: "crate", name: "garage", version: "2.1.0", features: ["bundled-libs", "lmdb"] };

const fromBuildkit = { version: buildkit.version, askVersion: ["--version"], source: buildkit };

/** Every tool with its wanted version: the one place that changes when one is updated. */
export const tools = {
  buildctl: fromBuildkit,
  buildkitd: fromBuildkit,
  syft: { version: syft.version, askVersion: ["--version"], source: syft },
  "container-structure-test": { version: structureTest.version, askVersion: ["version"], source: structureTest },
  garage: { version: garage.version, askVersion: ["--version"], source: garage },
  runc: { version: ">=1.1.0", askVersion: ["--version"], debian: "runc" },
} as const satisfies Record<string, Tool>;

/** The wanted version of a tool, or the range of versions that will do: part of what a build is keyed by. */
export function toolVersion(name: ToolName): string {
  return tools[name].version;
}
