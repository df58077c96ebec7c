import { fromOciPlatform, type Platform, toOciPlatform } from "../model/platform.ts";
import type { Base } from "../model/target.ts";
import { expand, type Scope } from "./expand.ts";
import type { ParsedDockerfile } from "./parse.ts";

/** Stands for the architecture that builds run on, which is known only when a task is planned. */
const buildArchitecture = "\0";

/**
 * What FROM may use when a platform is built: the predefined platform arguments, and the ARGs before the first FROM
 * with the build arguments over their defaults (Dockerfile reference, "Understand how ARG and FROM interact").
 */
export function scopeFor(
  platform: Platform,
  args: ParsedDockerfile["args"],
  buildArgs: Readonly<Record<string, string>>,
): Scope {
  const scope: Record<string, string | undefined> = { ...platformArguments(platform) };
  for (const { name, value } of args) {
    const given = buildArgs[name] ?? (value === null ? undefined : expand(value, scope));
    if (given !== undefined) scope[name] = given;
  }
  return scope;
}

function platformArguments(platform: Platform): Record<string, string> {
  const { os, architecture, variant = "" } = toOciPlatform(platform);
  return {
    TARGETPLATFORM: platform,
    TARGETOS: os,
    TARGETARCH: architecture,
    TARGETVARIANT: variant,
    BUILDPLATFORM: `linux/${buildArchitecture}`,
    BUILDOS: "linux",
    BUILDARCH: buildArchitecture,
    BUILDVARIANT: "",
  };
}

/** Whether a text depends on the machine that builds. */
export function namesBuilder(text: string): boolean {
  return text.includes(buildArchitecture);
}

/**
 * On which platform a stage runs whose `--platform` reads so, expanded for each of the target's platforms;
 * undefined when it is none or differs from platform to platform.
 */
export function runsOn(texts: readonly string[], platforms: readonly Platform[]): Base["on"][number] | undefined {
  const [first = ""] = texts;
  if (texts.every((text, i) => text === platforms[i])) return "target";
  if (texts.some((text) => text !== first)) return undefined;
  if (first === `linux/${buildArchitecture}`) return "build";
  if (!/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/.test(first)) return undefined;
  return fromOciPlatform(toOciPlatform(first as Platform));
}
