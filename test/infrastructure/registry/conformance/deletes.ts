import * as assert from "uvu/assert";
import { accepting, describe, image } from "./documents.ts";
import { expect, parse, refused } from "./expect.ts";
import { type Cases, digestOf, type Repository } from "./repository.ts";

const unknown = digestOf("nobody pushes this");

/** Pushes one image under two tags and gives its digest. */
async function twoTags(repository: Repository): Promise<string> {
  const document = await image(repository);
  for (const tag of ["one", "two"]) expect(await repository.put(tag, document), 201);
  return describe(document).digest;
}

async function statuses({ ask }: Repository, ...paths: readonly string[]): Promise<readonly number[]> {
  const heads = paths.map((path) => ask("HEAD", path, accepting));
  return (await Promise.all(heads)).map(({ status }) => status);
}

/** Deleting: end-9 and 10. What was deleted is gone at once. */
export const deletes: Cases = {
  "DELETE of a tag leaves other tags and the manifest": async (repository) => {
    const digest = await twoTags(repository);
    expect(await repository.ask("DELETE", "manifests/one"), 202);
    const found = await statuses(repository, "manifests/one", "manifests/two", `manifests/${digest}`);
    assert.equal(found, [404, 200, 200]);
  },
  "DELETE of a manifest takes its tags with it": async (repository) => {
    const digest = await twoTags(repository);
    expect(await repository.ask("DELETE", `manifests/${digest}`), 202);
    const found = await statuses(repository, "manifests/one", "manifests/two", `manifests/${digest}`);
    assert.equal(found, [404, 404, 404]);
    const list = await repository.ask("GET", "tags/list");
    // A registry may forget a repository that is empty.
    if (list.status !== 404) assert.equal((parse(list) as { tags: string[] | null }).tags ?? [], []);
  },
  "DELETE of a manifest leaves its blobs": async (repository) => {
    const document = await image(repository);
    expect(await repository.put("one", document), 201);
    expect(await repository.ask("DELETE", `manifests/${describe(document).digest}`), 202);
    const { digest } = document.config as { digest: string };
    assert.equal(await statuses(repository, `blobs/${digest}`), [200]);
  },
  "a manifest that was deleted can be pushed again": async (repository) => {
    const digest = await twoTags(repository);
    expect(await repository.ask("DELETE", `manifests/${digest}`), 202);
    await twoTags(repository);
    assert.equal(await statuses(repository, "manifests/one", `manifests/${digest}`), [200, 200]);
  },
  "DELETE of a blob takes it away": async (repository) => {
    const { digest } = await repository.push("to delete");
    expect(await repository.ask("DELETE", `blobs/${digest}`), 202);
    assert.equal(await statuses(repository, `blobs/${digest}`), [404]);
    refused(await repository.ask("GET", `blobs/${digest}`), "BLOB_UNKNOWN", 404);
  },
  "a blob that was deleted can be pushed again": async (repository) => {
    const { digest } = await repository.push("to delete");
    expect(await repository.ask("DELETE", `blobs/${digest}`), 202);
    await repository.push("to delete");
    assert.equal(await statuses(repository, `blobs/${digest}`), [200]);
  },
  "a blob that was deleted is missing for manifests": async (repository) => {
    const document = await image(repository);
    const { digest } = document.config as { digest: string };
    expect(await repository.ask("DELETE", `blobs/${digest}`), 202);
    refused(await repository.put("one", document), "MANIFEST_BLOB_UNKNOWN", 400, 404);
  },
  "an unknown tag cannot be deleted": async ({ ask }) => {
    refused(await ask("DELETE", "manifests/no"), "MANIFEST_UNKNOWN", 404);
  },
  "an unknown manifest cannot be deleted": async ({ ask }) => {
    refused(await ask("DELETE", `manifests/${unknown}`), "MANIFEST_UNKNOWN", 404);
  },
  "an unknown blob cannot be deleted": async ({ ask }) => {
    refused(await ask("DELETE", `blobs/${unknown}`), "BLOB_UNKNOWN", 404);
  },
};
