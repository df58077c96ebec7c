import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Crate, GoModule, Source } from "./manifest.ts";

/** How programs are built in a scratch folder, and what is said when they cannot be. */
export interface Recipe {
  /** Half a sentence: what of, and how long it takes. */
  readonly what: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The folder below the scratch folder that has the programs in the end. */
  readonly programs: string;
  readonly missing: {
    readonly code: string;
    readonly toolchain: string;
    readonly install: string;
    readonly without: string | undefined;
  };
  readonly needs: string;
}

/** Prepares a scratch folder and gives the way to build there. */
export function prepare(source: Source, scratch: string): Promise<Recipe> {
  return source.kind === "go" ? prepareModule(source, scratch) : prepareCrate(source, scratch);
}

/** Built in a copy, outside of any other module; go.sum decides, and GOTOOLCHAIN keeps Go from fetching another Go. */
async function prepareModule({ name, go, flags, packages, without }: GoModule, scratch: string): Promise<Recipe> {
  await cp(fileURLToPath(new URL(`go/${name}`, import.meta.url)), scratch, { recursive: true });
  const programs = "programs";
  await mkdir(join(scratch, programs));
  return {
    what: "from its Go module (a minute or two when Go has nothing of it yet)",
    command: ["go", "build", ...flags, "-o", `${programs}/`, ...packages],
    env: { CGO_ENABLED: "0", GOTOOLCHAIN: "local", GOFLAGS: "-mod=readonly", GOWORK: "off" },
    programs,
    missing: { code: "go-missing", toolchain: "Go", install: `Install Go ${go} or newer (https://go.dev/dl)`, without },
    needs: `It needs Go ${go} or newer and access to Go modules (GOPROXY)`,
  };
}

async function prepareCrate({ name, version, features }: Crate, scratch: string): Promise<Recipe> {
  await mkdir(scratch, { recursive: true });
  const chosen = ["--no-default-features", "--features", features.join(",")];
  return {
    what: "from its crate (about five minutes)",
    // What is only needed on the way goes with the scratch folder: it is a gigabyte.
    command: [
      "cargo",
      "install",
      name,
      "--version",
      version,
      "--locked",
      ...chosen,
      ...["--root", scratch],
      "--target-dir",
      join(scratch, "target"),
    ],
    env: { CARGO_TERM_COLOR: "never", CARGO_TERM_PROGRESS_WHEN: "never" },
    programs: "bin",
    missing: {
      code: "cargo-missing",
      toolchain: "cargo",
      install: "Install Rust (https://rustup.rs)",
      without: undefined,
    },
    needs: "It needs a current Rust, a C compiler, make and access to crates.io",
  };
}
