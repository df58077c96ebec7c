import type { AliasProposal, AliasStrategy, Tagged } from "./strategy.ts";
import { compareVersions } from "./version.ts";

export interface SemverOptions {
  /** `true`: the highest version of the family is `latest`; a tag: that one is. Variants never are. */
  readonly latest?: boolean | string | undefined;
}

/**
 * Aliases by semantic version over the whole family: `24.11.0` gives `24.11` and `24`, `24.11.0-slim` gives `24.11-slim`
 * and `24-slim`, each pointing at the highest version. `v1.2.3` gives `v1.2` and `v1`, `3.12` gives `3`.
 *
 * Prereleases get none, nor does anything that is not a version of two or three numbers.
 */
export function semver({ latest = false }: SemverOptions = {}): AliasStrategy {
  return (family) => {
    const skipped = family.flatMap(({ tag, reference }) => {
      const why = whyNot(tag);
      return why === undefined ? [] : [{ reference, why }];
    });
    const groups = Map.groupBy(
      family.filter(({ tag }) => whyNot(tag) === undefined),
      ({ suffix }) => suffix,
    );
    const computed = [...groups].flatMap(([suffix, group]) => highestOf(group, suffix));
    return { aliases: [...computed, ...latestOf(family, latest)], skipped };
  };
}

/** Each major and minor of a group of one suffix, pointing at its highest version. */
function highestOf(group: readonly Tagged[], suffix: string): readonly AliasProposal[] {
  const candidates = group
    .toSorted((a, b) => compareVersions(b.tag, a.tag))
    .flatMap((target) =>
      shorter(target.tag).map((name) => ({
        name: `${name}${suffix}`,
        reference: target.reference,
        origin: "version" as const,
      })),
    );
  return candidates.filter(({ name }, index) => candidates.findIndex((other) => other.name === name) === index);
}

function latestOf(family: readonly Tagged[], latest: boolean | string): readonly AliasProposal[] {
  if (latest === false) return [];
  if (latest !== true) return [{ name: "latest", reference: latest, origin: "explicit" }];
  const versions = family.filter(({ tag, suffix }) => suffix === "" && whyNot(tag) === undefined);
  const [highest] = versions.toSorted((a, b) => compareVersions(b.tag, a.tag));
  return highest ? [{ name: "latest", reference: highest.reference, origin: "explicit" }] : [];
}

const version = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?$/;

function whyNot(tag: string): string | undefined {
  if (version.test(tag)) return undefined;
  return /^v?\d+\.\d+\.\d+-/.test(tag) ? "it is a prerelease" : "semver() reads versions as in 1.2.3";
}

/** `24.11.0` gives `24.11` and `24`. */
function shorter(tag: string): readonly string[] {
  const parts = tag.split(".");
  return parts.slice(1).map((_, index) => parts.slice(0, parts.length - 1 - index).join("."));
}
