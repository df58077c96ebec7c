import type { Digest } from "../src/entry.ts";
import type { Alias, RegistryPlace, Target } from "../src/model/target.ts";
import type { Manifest, Ports, Registry, Repository } from "../src/ports.ts";
import { ImagesError, type Problem } from "../src/problem.ts";
import { compareVersions } from "../src/tags/version.ts";
import { defineTask, type Planned, type TaskKind } from "../src/task.ts";
import { repositoryAt } from "./build.ts";
import { manifest, versionAnnotation } from "./manifest.ts";
import { sbom } from "./sbom.ts";
import { test } from "./test.ts";

/** A tag of a repository, as `host/repository:tag`, and whether it had to move. A target's own tag comes first. */
export interface PublishedTag {
  readonly reference: string;
  readonly alias: boolean;
  readonly moved: boolean;
}

export interface PushOutput {
  readonly digest: Digest;
  readonly tags: readonly PublishedTag[];
}

interface Tag {
  readonly repository: Repository;
  readonly name: string;
  /** `tag` and `explicit` may go anywhere; `version` only forward. */
  readonly origin: "tag" | Alias["origin"];
}

/** Points a target's tag and aliases at its index at every place it is published. The only step that moves a tag. */
export const push: TaskKind<PushOutput> = defineTask({
  kind: "push",
  version: 1,
  summary: "Publish: point tags and aliases at what was built",
  plan: (target, planned) => [
    {
      spec: { tags: tagsOf(target), repository: target.repository, version: target.tag },
      needs: { index: planned(manifest, target), tests: planned(test, target), sboms: planned(sbom, target) },
      after: parentsOf(target, planned),
      locks: tagsOf(target).map(referenceOf),
    },
  ],
  compare: async ({ tags }, { index: [index] }, { registry }, signal) => {
    if (!index) return { equal: false, reason: "no index" };
    const differing = await differingTags(tags, index.digest, registry, signal);
    if (differing.length > 0) return { equal: false, reason: differenceOf(differing) };
    return { equal: true, output: outputOf(index.digest, tags, []) };
  },
  run: async ({ tags, repository, version }, { index: [index] }, ports, signal) => {
    if (!index) throw new Error("Internal error: push without an index");
    const { registry, home } = ports;
    const differing = await differingTags(tags, index.digest, registry, signal);
    await checkAll(
      differing.filter(({ exists }) => exists),
      version,
      ports,
      signal,
    );
    const source = repositoryAt(home, repository);
    const body = await registry.manifest(source, index.digest, signal);
    if (!body) throw new Error(`${index.digest} vanished from ${home.address}/${source.name}`);
    for (const to of placesOf(differing)) if (!same(to, source)) await registry.copy(source, to, index.digest, signal);
    await Promise.all(differing.map((tag) => registry.putManifest(tag.repository, tag.name, body, signal)));
    return outputOf(index.digest, tags, differing);
  },
  note: ({ tags }) => `${tags.filter(({ moved }) => moved).length} of ${tags.length} tags moved`,
});

function tagsOf({ publish, repository, reference, aliases }: Target): readonly Tag[] {
  return publish.flatMap((place: RegistryPlace) => {
    const at = repositoryAt(place, repository);
    const own: Tag = { repository: at, name: reference, origin: "tag" };
    return [own, ...aliases.map(({ name, origin }): Tag => ({ repository: at, name, origin }))];
  });
}

/** A child is published after its parents, so that nobody sees it without them. */
function parentsOf(target: Target, planned: Planned) {
  const parents = target.dockerfile.bases.flatMap(({ from }) => ("target" in from ? [from.target] : []));
  return [...new Set(parents)].flatMap((parent) => planned(push, parent));
}

async function differingTags(
  tags: readonly Tag[],
  digest: Digest,
  registry: Registry,
  signal?: AbortSignal,
): Promise<readonly DifferingTag[]> {
  const found = await Promise.all(tags.map(({ repository, name }) => registry.head(repository, name, signal)));
  return tags.flatMap((tag, i) => (found[i]?.digest === digest ? [] : [{ ...tag, exists: found[i] !== undefined }]));
}

/** A tag that is not on the index; `exists`: on another one. */
interface DifferingTag extends Tag {
  readonly exists: boolean;
}

function differenceOf(tags: readonly DifferingTag[]): string {
  const [wrong, absent] = [tags.filter(({ exists }) => exists), tags.filter(({ exists }) => !exists)];
  return [
    ...(absent.length > 0 ? [`${listed(absent)} not published yet`] : []),
    ...(wrong.length > 0 ? [`${listed(wrong)} on another digest`] : []),
  ].join("; ");
}

/** Every check comes before the first move, so that a refusal leaves everything as it was. */
async function checkAll(tags: readonly Tag[], version: string, ports: Ports, signal: AbortSignal): Promise<void> {
  const problems = await Promise.all(
    tags.map(async (tag) =>
      refusal(tag, await ports.registry.manifest(tag.repository, tag.name, signal), version, ports),
    ),
  );
  const found = problems.filter((problem) => problem !== null);
  if (found.length > 0) throw new ImagesError(found);
}

function refusal(tag: Tag, existing: Manifest | undefined, version: string, { policy }: Ports): Problem | null {
  if (!existing) return null;
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

function placesOf(tags: readonly Tag[]): readonly Repository[] {
  return [
    ...new Map(tags.map(({ repository }) => [`${repository.place.address}/${repository.name}`, repository])).values(),
  ];
}

function same(a: Repository, b: Repository): boolean {
  return a.place.address === b.place.address && a.name === b.name;
}

function referenceOf({ repository, name }: Tag): string {
  return `${repository.place.address}/${repository.name}:${name}`;
}

function listed(tags: readonly Tag[]): string {
  const names = tags.map(({ name }) => name);
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}

function outputOf(digest: Digest, tags: readonly Tag[], moved: readonly Tag[]): PushOutput {
  const changed = new Set(moved.map(referenceOf));
  const published = tags.map((tag) => ({ reference: referenceOf(tag), alias: tag.origin !== "tag" }));
  return { digest, tags: published.map((tag) => ({ ...tag, moved: changed.has(tag.reference) })) };
}
