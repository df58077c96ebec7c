import type { Manifest, Policy, Ports } from "../../src/ports.ts";
import { ImagesError, type Problem } from "../../src/problem.ts";
import { compareVersions } from "../../src/tags/version.ts";
import { versionAnnotation } from "../manifest.ts";
import { type DifferingTag, referenceOf, type Tag } from "./tags.ts";

/**
 * Checks that tags which are on something else may be moved to a version, so that a refusal leaves all as it was.
 *
 * @throws ImagesError `alias-backwards` or `foreign-tag` for each that may not
 */
export async function checkMoves(
  tags: readonly DifferingTag[],
  version: string,
  { registry, policy }: Ports,
  signal: AbortSignal,
): Promise<void> {
  const check = async (tag: DifferingTag): Promise<Problem | null> => {
    const existing = tag.exists ? await registry.manifest(tag.repository, tag.name, signal) : undefined;
    return existing ? refusal(tag, existing, version, policy) : null;
  };
  const found = (await Promise.all(tags.map(check))).filter((problem) => problem !== null);
  if (found.length > 0) throw new ImagesError(found);
}

function refusal(tag: Tag, existing: Manifest, version: string, policy: Policy): Problem | null {
  const there = versionOf(existing);
  if (there === undefined) return policy.takeOver ? null : foreignTag(tag);
  if (tag.origin !== "version" || policy.allowDowngrade || compareVersions(version, there) >= 0) return null;
  return {
    code: "alias-backwards",
    kind: "task",
    message: `${referenceOf(tag)} would move back from ${there} to ${version}`,
    fix: "Publish the newer version as well, or allow it: --allow-downgrade",
  };
}

function foreignTag(tag: Tag): Problem {
  return {
    code: "foreign-tag",
    kind: "task",
    message: `${referenceOf(tag)} is an image that image-manager did not publish`,
    fix: "Choose another repository, or take the tag over: --take-over",
  };
}

function versionOf({ body }: Manifest): string | undefined {
  const { annotations } = JSON.parse(new TextDecoder().decode(body)) as { annotations?: Record<string, string> };
  return annotations?.[versionAnnotation];
}
