/** A version's parts for comparison: numbers by value, words by code unit, a prerelease below its release. */
type Part = number | string;

/**
 * Compares versions of any number of parts: negative when `a` is lower, 0 when equal.
 *
 * `24.9.0` < `24.11.0`; `2.0-rc.1` < `2.0`; `1.2` < `1.2.0.1`; a leading `v` counts nothing; text after `+` neither.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  const release = compareParts(left.release, right.release);
  if (release !== 0) return release;
  if (left.prerelease.length === 0 || right.prerelease.length === 0)
    return right.prerelease.length - left.prerelease.length;
  return compareParts(left.prerelease, right.prerelease);
}

function parse(version: string): { release: readonly Part[]; prerelease: readonly Part[] } {
  const [core = ""] = version.replace(/^v(?=\d)/, "").split("+");
  const dash = core.indexOf("-");
  if (dash < 0) return { release: partsOf(core), prerelease: [] };
  return { release: partsOf(core.slice(0, dash)), prerelease: partsOf(core.slice(dash + 1)) };
}

function partsOf(text: string): readonly Part[] {
  return text.split(/[._-]/).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function compareParts(a: readonly Part[], b: readonly Part[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left = 0, right = 0] = [a[i], b[i]];
    if (left === right) continue;
    if (typeof left === "number" && typeof right === "number") return left - right;
    return String(left) < String(right) ? -1 : 1;
  }
  return 0;
}
