import type { Digest } from "../entry.ts";
import type { Platform } from "../model/platform.ts";
import type { TestResult } from "../ports.ts";

/**
 * What is known of a project's images after a run: `dist/report.json`. Sizes are bytes, durations milliseconds.
 *
 * Facts about a platform belong to its digest: those of an older one are not in here.
 */
export interface Report {
  /** Raised when the form changes; reports of another form are not read. */
  readonly schema: 1;
  /** The run that last changed something. */
  readonly run: RunReport;
  /** Against the report before it; null when there was none. */
  readonly changes: Changes | null;
  readonly images: readonly ImageReport[];
}

export interface RunReport {
  /** ISO 8601. */
  readonly at: string;
  readonly duration: number;
  /** Ids of tasks: `build node:24.11.0 linux/amd64`. */
  readonly ran: readonly string[];
  readonly cached: readonly string[];
  readonly failed: readonly string[];
  /** Behind a failed task, cancelled, or not begun. */
  readonly skipped: readonly string[];
}

export interface ImageReport {
  readonly name: string;
  readonly targets: readonly TargetReport[];
}

/** What the configuration says of a target. */
export interface TargetFacts {
  /** `node:24.11.0-semantic` */
  readonly id: string;
  /** With the registry where builds go: `localhost:5050/team/node`. */
  readonly repository: string;
  /** The tag it is published under. */
  readonly reference: string;
  readonly aliases: readonly string[];
  /** Ids of the targets it is built on. */
  readonly parents: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface TargetReport extends TargetFacts {
  /** Of the index; null while there is none of these platforms. */
  readonly digest: Digest | null;
  /** Tags that point at the index: `localhost:5050/node:24`. */
  readonly published: readonly string[];
  readonly platforms: readonly PlatformReport[];
  /** Of tasks that are for all platforms. */
  readonly failures: readonly Failure[];
}

export interface PlatformReport {
  readonly platform: Platform;
  /** Null: not built. */
  readonly build: BuildReport | null;
  readonly tests: TestsReport;
  /** Null: not listed. */
  readonly packages: PackagesReport | null;
  /** Why something is not known or not of the newest sources. Failed tests are results, not failures. */
  readonly failures: readonly Failure[];
}

export interface BuildReport {
  readonly digest: Digest;
  /** Compressed layers together. */
  readonly size: number;
  /** From the base up. */
  readonly layers: readonly LayerReport[];
}

export interface LayerReport {
  readonly digest: Digest;
  readonly size: number;
  /** The target that added it: this one or one that it is built on. */
  readonly from: string;
}

export interface TestsReport {
  readonly state: "passed" | "failed" | "not run" | "none";
  readonly results: readonly TestResult[];
}

export interface PackagesReport {
  /** Hexadecimal sha256 of the CycloneDX document. */
  readonly sbom: string;
  readonly list: readonly Package[];
}

export interface Package {
  readonly name: string;
  readonly version: string;
  /** `deb`, `npm`, `go-module`; as the scanner calls it. */
  readonly type: string;
  /** SPDX expression or names; empty when the scanner found none. */
  readonly license: string;
}

/** A task that failed, or could not begin because of another. */
export interface Failure {
  /** Id of the task. */
  readonly task: string;
  readonly message: string;
  /** What is known beside: place, what was found, the last lines of a log. */
  readonly details: readonly string[];
}

/** Differences to an earlier report. Targets that are new or gone have no other changes. */
export interface Changes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly targets: readonly TargetChanges[];
}

export interface TargetChanges {
  readonly target: string;
  readonly builds: readonly BuildChange[];
  readonly packages: readonly PackageChange[];
  readonly tests: readonly TestChange[];
}

/** Another digest, and with it perhaps another size. */
export interface BuildChange {
  readonly platform: Platform;
  readonly digest: { readonly from: Digest; readonly to: Digest };
  readonly size: { readonly from: number; readonly to: number };
}

/** Versions of a package that came and went: none went, it is new; none came, it is gone. */
export interface PackageChange {
  readonly name: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly platforms: readonly Platform[];
}

/** A test that fails and did not fail before, or the other way round. */
export interface TestChange {
  readonly name: string;
  readonly now: "passed" | "failed";
  readonly platforms: readonly Platform[];
}
