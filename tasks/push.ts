import type { Digest } from "../src/entry.ts";
import type { Target } from "../src/model/target.ts";
import type { Inventory, Ports, Repository } from "../src/ports.ts";
import { defineTask, type Planned, type TaskKind } from "../src/task.ts";
import { repositoryAt } from "./build.ts";
import { type ManifestOutput, manifest } from "./manifest.ts";
import {
  attachAll,
  attachmentsOf,
  type Evidence,
  evidenceOf,
  lackingAt,
  type PlacedAttachment,
} from "./push/attachments.ts";
import { checkMoves } from "./push/moves.ts";
import {
  type DifferingTag,
  differenceOf,
  differingTags,
  listed,
  placesOf,
  referenceOf,
  type Tag,
  tagsOf,
} from "./push/tags.ts";
import { sbom } from "./sbom.ts";
import { type TestOutput, test } from "./test.ts";

/** A tag of a repository, as `host/repository:tag`, and whether it had to move. A target's own tag comes first. */
export interface PublishedTag {
  readonly reference: string;
  readonly alias: boolean;
  readonly moved: boolean;
}

export interface PushOutput {
  readonly digest: Digest;
  readonly tags: readonly PublishedTag[];
  /** How many SBOMs and test results were attached that were not before, at all places. */
  readonly attached: number;
}

/** Points a target's tag and aliases at its index at every place it is published. The only step that moves a tag. */
export const push: TaskKind<PushOutput> = defineTask({
  kind: "push",
  version: 1,
  summary: "Publish: attach SBOMs and test results, point tags and aliases at what was built",
  plan: (target, planned) => {
    const [tests, sboms] = [planned(test, target), planned(sbom, target)];
    const { repository, tag: version } = target;
    return [
      {
        spec: { tags: tagsOf(target), repository, version, evidence: evidenceOf(target, tests, sboms) },
        needs: { index: planned(manifest, target), tests, sboms },
        after: parentsOf(target, planned),
        locks: tagsOf(target).map(referenceOf),
      },
    ];
  },
  compare: async (spec, given, ports, signal) => {
    const found = await differences(spec, given, ports, signal);
    const reason = reasonOf(found);
    return reason === "" ? { equal: true, output: outputOf(spec.tags, found) } : { equal: false, reason };
  },
  run: async (spec, given, ports, signal) => {
    const { registry, home } = ports;
    const found = await differences(spec, given, ports, signal);
    const { digest, tags, lacking } = found;
    await checkMoves(tags, spec.version, ports, signal);
    const source = repositoryAt(home, spec.repository);
    const index = await registry.manifest(source, digest, signal);
    if (!index) throw new Error(`${digest} vanished from ${home.address}/${source.name}`);
    for (const to of placesOf(tags)) if (!same(to, source)) await registry.copy(source, to, digest, signal);
    await attachAll(lacking, registry, signal);
    await Promise.all(tags.map(({ repository, name }) => registry.putManifest(repository, name, index, signal)));
    return outputOf(spec.tags, found);
  },
  note: ({ tags, attached }) => {
    const moved = `${tags.filter((tag) => tag.moved).length} of ${tags.length} tags moved`;
    return attached === 0 ? moved : `${moved}, ${attached} attached`;
  },
});

/** A child is published after its parents, so that nobody sees it without them. */
function parentsOf(target: Target, planned: Planned) {
  const parents = target.dockerfile.bases.flatMap(({ from }) => ("target" in from ? [from.target] : []));
  return [...new Set(parents)].flatMap((parent) => planned(push, parent));
}

interface Given {
  readonly index: readonly ManifestOutput[];
  readonly tests: readonly TestOutput[];
  readonly sboms: readonly Inventory[];
}

/** What of the index with this digest is not as it should be, at all places. */
interface Differences {
  readonly digest: Digest;
  readonly tags: readonly DifferingTag[];
  readonly lacking: readonly PlacedAttachment[];
}

/** Looks at all tags and attachments at once. */
async function differences(
  { tags, evidence }: { readonly tags: readonly Tag[]; readonly evidence: Evidence },
  { index: [index], ...outputs }: Given,
  { registry, blobs }: Ports,
  signal: AbortSignal,
): Promise<Differences> {
  if (!index) throw new Error("Internal error: push without an index");
  const attachments = attachmentsOf(index, evidence, outputs, blobs);
  const [differing, lacking] = await Promise.all([
    differingTags(tags, index.digest, registry, signal),
    Promise.all(placesOf(tags).map((place) => lackingAt(place, attachments, registry, signal))),
  ]);
  return { digest: index.digest, tags: differing, lacking: lacking.flat() };
}

/** Why there is something to do; empty when there is not. What is not published has nothing attached, either. */
function reasonOf({ tags, lacking }: Differences): string {
  if (tags.length > 0 || lacking.length === 0) return differenceOf(tags);
  return `${listed([...new Set(lacking.map(({ name }) => name))])} not attached`;
}

function same(a: Repository, b: Repository): boolean {
  return a.place.address === b.place.address && a.name === b.name;
}

function outputOf(all: readonly Tag[], { digest, tags, lacking }: Differences): PushOutput {
  const moved = new Set(tags.map(referenceOf));
  const published = all.map((tag) => ({ reference: referenceOf(tag), alias: tag.origin !== "tag" }));
  return {
    digest,
    tags: published.map((tag) => ({ ...tag, moved: moved.has(tag.reference) })),
    attached: lacking.length,
  };
}
