import type { Platform } from "../../src/model/platform.ts";
import type { Toolbox } from "../tools/find.ts";
import type { ToolName } from "../tools/manifest.ts";

/** Something the machine must have: `doctor` shows it, `doctor --fix` and `bin/setup` meet it. */
export interface Requirement {
  readonly name: string;
  /** Half a sentence: what it is for. */
  readonly why: string;
  readonly needed: "always" | "optional";
  check(): Promise<Finding>;
  readonly fix: Fix;
}

/** How things are: `found` is a version and a place, or what is wrong. */
export interface Finding {
  readonly ok: boolean;
  readonly found: string;
}

/** The way to meet a requirement. */
export interface Fix {
  /** What a person would type, or do. */
  readonly command: string;
  /** Debian packages; installed together with those of other requirements, before `run`. */
  readonly debian?: readonly string[];
  /** Meets it without a person. Absent when this user cannot. @throws ImagesError */
  readonly run?: () => Promise<void>;
}

/** The machine and what is wanted of it. */
export interface Machine {
  readonly toolbox: Toolbox;
  readonly user: { readonly name: string; readonly root: boolean };
  /** `process.platform` and `process.arch`. */
  readonly system: string;
  readonly architecture: string;
  /** Whether the tool starts buildkitd itself: not with BUILDKIT_HOST. */
  readonly ownBuilder: boolean;
  /** Platforms that are built for. */
  readonly platforms: readonly Platform[];
  /** Programs that the configuration's commands start. */
  readonly programs: readonly string[];
  /** Tools of the manifest that are wanted beside BuildKit's. */
  readonly tools: readonly ToolName[];
  /** Whether Garage is started here: docker compose can start it as well. */
  readonly garage: Requirement["needed"] | "no";
  /** Whether the tool starts a Docker daemon: for one driver of tests, and not with DOCKER_HOST. */
  readonly ownDocker: boolean;
}

/** A command for a person who may have to become root for it. */
export function asRoot({ user }: Machine, command: string): string {
  return user.root ? command : `sudo ${command}`;
}
