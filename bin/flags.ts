import type { TestDriver } from "../src/model/target.ts";

/** Everything a command line can say, parsed; each verb reads what it declares. */
export interface Flags {
  readonly platform?: readonly string[];
  readonly exclude?: readonly string[];
  readonly dependants?: boolean;
  readonly since?: string;
  readonly cache?: boolean;
  readonly force?: boolean;
  readonly jobs?: number;
  readonly keepGoing?: boolean;
  readonly failFast?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly config?: string;
  readonly allowDowngrade?: boolean;
  readonly takeOver?: boolean;
  readonly digests?: string;
  readonly report?: readonly string[];
  readonly exitCode?: boolean;
  readonly format?: string;
  readonly tasks?: boolean;
  readonly fix?: boolean;
  readonly all?: boolean;
  readonly driver?: TestDriver;
  readonly watch?: boolean;
  /** Milliseconds, or true for the usual ones. */
  readonly poll?: number | true;
  readonly maxSize?: string;
  readonly maxAge?: string;
  readonly shared?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly summary?: boolean;
  readonly trace?: string;
  readonly log?: string;
}

/** A flag as help shows it. `list` takes comma-separated values and may come again. */
export interface FlagDeclaration {
  readonly flags: string;
  readonly about: string;
  readonly kind: "switch" | "text" | "number" | "list";
  readonly choices?: readonly string[];
}

const list = (flags: string, about: string): FlagDeclaration => ({ flags, about, kind: "list" });
const toggle = (flags: string, about: string): FlagDeclaration => ({ flags, about, kind: "switch" });
const text = (flags: string, about: string): FlagDeclaration => ({ flags, about, kind: "text" });

export const configFlag: FlagDeclaration = text("--config <file>", "the configuration, instead of images.config.ts");
export const jsonFlag: FlagDeclaration = toggle("--json", "print JSON for programs");

/** Which targets and platforms. */
export const selectionFlags: readonly FlagDeclaration[] = [
  list("--exclude <target>", "leave targets out"),
  toggle("--dependants", "also what is built on the targets"),
  text("--since <commit>", "only targets that differ from a git commit, and what is built on them"),
];

export const platformFlag: FlagDeclaration = list("--platform <platform>", "only these platforms, e.g. linux/arm64");

export const driverFlag: FlagDeclaration = {
  ...text("--driver <name>", "what runs structure tests, whatever the configuration says"),
  choices: ["buildkit", "container-structure-test"] satisfies readonly TestDriver[],
};

/** How a run goes. */
export const runFlags: readonly FlagDeclaration[] = [
  ...selectionFlags,
  platformFlag,
  toggle("--force", "do the work again, whatever the store says"),
  toggle("--no-cache", "build without BuildKit's layer cache (implies --force)"),
  { flags: "--jobs <number>", about: "how many builds run at once", kind: "number" },
  toggle("--keep-going", "finish what does not depend on a failure (the default)"),
  toggle("--fail-fast", "end everything at the first failure"),
  toggle("--dry-run", "say what would run and why, and change nothing"),
  list("--report <format=file>", "write a report as junit, json or html"),
  jsonFlag,
  toggle("--verbose", "show the log of every task"),
  configFlag,
];

/** What is told of a run beside its end. */
export const tellingFlags: readonly FlagDeclaration[] = [
  toggle("--summary", "say where the time went and what the cache saved"),
  text("--trace <file>", "write what ran when, for Perfetto and chrome://tracing"),
];

const pollFlag: FlagDeclaration = {
  flags: "--poll [ms]",
  about: "watch by looking at all files every so many milliseconds (500)",
  kind: "number",
};

/** For what is done again when something changes. */
export const watchFlags: readonly FlagDeclaration[] = [
  toggle("--watch", "do it again whenever something that it is made from changes"),
  pollFlag,
];

/** The flags of a verb that only watches. */
export const watchingFlags: readonly FlagDeclaration[] = [
  ...runFlags.filter(({ flags }) => !/^--(dry-run|since)\b/.test(flags)),
  pollFlag,
];

/** What publishing may do. */
export const publishFlags: readonly FlagDeclaration[] = [
  toggle("--allow-downgrade", "let aliases move to a lower version"),
  toggle("--take-over", "let tags replace images that image-manager did not publish"),
  text("--digests <file>", "write the published references and digests as JSON"),
];
