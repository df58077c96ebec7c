import type { Digest } from "../../src/entry.ts";
import { sha256 } from "../../src/graph/key.ts";
import type { Platform } from "../../src/model/platform.ts";
import type { Target } from "../../src/model/target.ts";
import { type ArtifactFile, artifactOf, empty, uploadOf } from "../../src/oci/artifact.ts";
import { statementType, testResult, testResultType } from "../../src/oci/test-result.ts";
import type { Blobs, Inventory, Manifest, Registry, Repository, Uploadable } from "../../src/ports.ts";
import type { Handle } from "../../src/task.ts";
import type { ManifestOutput } from "../manifest.ts";
import type { TestOutput } from "../test.ts";

/** An artifact that belongs to the manifest of one platform. */
export interface Attachment {
  /** For people: `SBOM of linux/amd64`. */
  readonly name: string;
  readonly subject: Digest;
  readonly manifest: Manifest;
  readonly content: Uploadable;
}

/** An attachment at one of the places where its image is published. */
export interface PlacedAttachment extends Attachment {
  readonly repository: Repository;
}

/** What the outputs of tests and SBOMs do not say themselves. */
export interface Evidence {
  /** What the image is called in test results. */
  readonly image: string;
  /** The test files as they were run, by hexadecimal sha256. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  /** The platform of each output. */
  readonly testsOn: readonly (Platform | null)[];
  readonly sbomsOn: readonly (Platform | null)[];
}

/** What can be said of a target's tests and SBOMs before they are made. */
export function evidenceOf(
  { repository, tests: files }: Target,
  tests: readonly Handle<TestOutput>[],
  sboms: readonly Handle<Inventory>[],
): Evidence {
  return {
    image: repository,
    files: files.map(({ name, text }) => ({ name, sha256: sha256(text) })),
    testsOn: tests.map(({ platform }) => platform),
    sbomsOn: sboms.map(({ platform }) => platform),
  };
}

type Subject = ManifestOutput["platforms"][number];

/** The SBOMs and the test result of every platform of an index, as artifacts. */
export function attachmentsOf(
  { platforms }: ManifestOutput,
  evidence: Evidence,
  { tests, sboms }: { readonly tests: readonly TestOutput[]; readonly sboms: readonly Inventory[] },
  blobs: Blobs,
): readonly Attachment[] {
  return platforms.flatMap((subject) => {
    const inventory = sboms[evidence.sbomsOn.indexOf(subject.platform)];
    const tested = tests[evidence.testsOn.indexOf(subject.platform)];
    return [
      ...(inventory ? sbomsOf(subject, inventory, blobs) : []),
      ...(tested ? [testResultOf(subject, tested, evidence)] : []),
    ];
  });
}

/** Those that a repository does not list with their subjects: one request for each subject, none without attachments. */
export async function lackingAt(
  repository: Repository,
  attachments: readonly Attachment[],
  registry: Registry,
  signal: AbortSignal,
): Promise<readonly PlacedAttachment[]> {
  const subjects = [...new Set(attachments.map(({ subject }) => subject))];
  const lists = await Promise.all(subjects.map((subject) => registry.referrers(repository, subject, signal)));
  const listed = new Set(lists.flat().map(({ digest }) => digest));
  return attachments
    .filter(({ manifest }) => !listed.has(manifest.descriptor.digest))
    .map((attachment) => ({ ...attachment, repository }));
}

/** Uploads and attaches, to several images at once and to one image one after another. */
export async function attachAll(
  attachments: readonly PlacedAttachment[],
  registry: Registry,
  signal: AbortSignal,
): Promise<void> {
  const images = Map.groupBy(attachments, ({ repository, subject }) => {
    return `${repository.place.address}/${repository.name}@${subject}`;
  });
  const attach = async (group: readonly PlacedAttachment[]) => {
    for (const { repository, subject, manifest, content } of group) {
      for (const blob of [empty, content]) await registry.putBlob(repository, blob, signal);
      await registry.attach(repository, subject, manifest, signal);
    }
  };
  await Promise.all([...images.values()].map(attach));
}

function sbomsOf(subject: Subject, { cyclonedx, spdx }: Inventory, blobs: Blobs): readonly Attachment[] {
  const documents = [
    { blob: cyclonedx, type: "application/vnd.cyclonedx+json", title: "sbom.cyclonedx.json" },
    { blob: spdx, type: "application/spdx+json", title: "sbom.spdx.json" },
  ] as const;
  return documents.map(({ blob, ...file }) => {
    const content: Uploadable = { digest: `sha256:${blob.sha256}`, size: blob.size, open: () => blobs.open(blob) };
    return attachment("SBOM", subject, file, content);
  });
}

function testResultOf(subject: Subject, { results }: TestOutput, { image, files }: Evidence): Attachment {
  const tests = results.map(({ file, at, name }) => `${file} ${at}: ${name}`);
  const content = uploadOf(testResult({ image: { name: image, digest: subject.digest }, files, tests }));
  const annotations = { "in-toto.io/predicate-type": testResultType };
  const file = { type: statementType, title: "test-result.intoto.json", annotations };
  return attachment("test result", subject, file, content);
}

function attachment(
  what: string,
  subject: Subject,
  file: Omit<ArtifactFile, "digest" | "size">,
  content: Uploadable,
): Attachment {
  const { digest, size } = content;
  const manifest = artifactOf(subject, { ...file, digest, size });
  return { name: `${what} of ${subject.platform}`, subject: subject.digest, manifest, content };
}
