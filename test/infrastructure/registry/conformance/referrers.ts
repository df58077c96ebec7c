import * as assert from "uvu/assert";
import {
  artifact,
  configType,
  type Document,
  describe,
  emptyType,
  image,
  index,
  indexType,
  putByDigest,
} from "./documents.ts";
import { expect, parse, refused } from "./expect.ts";
import { type Cases, type Descriptor, digestOf, type Repository } from "./repository.ts";

type Referrer = Descriptor & { readonly artifactType?: string; readonly annotations?: unknown };

/** What refers to a digest; checks the form of the answer. */
async function list({ ask }: Repository, digest: string, query = ""): Promise<readonly Referrer[]> {
  const answer = await ask("GET", `referrers/${digest}${query}`);
  expect(answer, 200);
  assert.equal(answer.headers["content-type"], indexType);
  const found = parse(answer) as { schemaVersion: number; mediaType: string; manifests: Referrer[] };
  assert.equal([found.schemaVersion, found.mediaType], [2, indexType]);
  return found.manifests.toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
}

/** Pushes an image and gives it as a subject. */
async function subject(repository: Repository): Promise<Descriptor> {
  return putByDigest(repository, await image(repository));
}

async function attach(repository: Repository, document: Document): Promise<Descriptor> {
  const descriptor = describe(document);
  const put = await repository.put(descriptor.digest, document);
  expect(put, 201);
  assert.equal(put.headers["oci-subject"], (document.subject as Descriptor).digest);
  return descriptor;
}

/** Listing referrers: end-12. */
export const referrers: Cases = {
  "nothing refers to an unknown digest": async (repository) => {
    assert.equal(await list(repository, digestOf("unknown")), []);
  },
  "referrers of a malformed digest are refused": async ({ ask }) => {
    refused(await ask("GET", "referrers/sha256:abc"), "DIGEST_INVALID", 400);
  },
  "an artifact with a subject is listed with its type and annotations": async (repository) => {
    const to = await subject(repository);
    const annotations = { "org.example.key": "value" };
    const descriptor = await attach(
      repository,
      await artifact(repository, "application/x.a", { subject: to, annotations }),
    );
    assert.equal(await list(repository, to.digest), [{ ...descriptor, artifactType: "application/x.a", annotations }]);
  },
  "an image with a subject is listed with its config's type": async (repository) => {
    const to = await subject(repository);
    const descriptor = await attach(repository, await image(repository, { subject: to }));
    assert.equal(await list(repository, to.digest), [{ ...descriptor, artifactType: configType }]);
  },
  "an empty artifactType counts as none": async (repository) => {
    const to = await subject(repository);
    const descriptor = await attach(repository, await artifact(repository, "", { subject: to }));
    assert.equal(await list(repository, to.digest), [{ ...descriptor, artifactType: emptyType }]);
  },
  "an index with a subject is listed": async (repository) => {
    const to = await subject(repository);
    const descriptor = await attach(repository, index([], { subject: to, artifactType: "application/x.i" }));
    assert.equal(await list(repository, to.digest), [{ ...descriptor, artifactType: "application/x.i" }]);
  },
  "an index without a type is listed without one": async (repository) => {
    const to = await subject(repository);
    const descriptor = await attach(repository, index([], { subject: to }));
    assert.equal(await list(repository, to.digest), [descriptor]);
  },
  "several referrers are all listed": async (repository) => {
    const to = await subject(repository);
    const types = ["application/x.a", "application/x.b", "application/x.c"];
    for (const type of types) await attach(repository, await artifact(repository, type, { subject: to }));
    assert.equal((await list(repository, to.digest)).map((each) => each.artifactType).toSorted(), types);
  },
  "artifactType= filters, and it is said": async (repository) => {
    const to = await subject(repository);
    for (const type of ["application/x.a", "application/x.b"]) {
      await attach(repository, await artifact(repository, type, { subject: to }));
    }
    const query = `?${new URLSearchParams({ artifactType: "application/x.b" })}`;
    const answer = await repository.ask("GET", `referrers/${to.digest}${query}`);
    assert.equal(answer.headers["oci-filters-applied"], "artifactType");
    const found = await list(repository, to.digest, query);
    assert.equal(
      found.map((each) => each.artifactType),
      ["application/x.b"],
    );
  },
  "a filter that nothing meets gives an empty list": async (repository) => {
    const to = await subject(repository);
    await attach(repository, await artifact(repository, "application/x.a", { subject: to }));
    assert.equal(await list(repository, to.digest, "?artifactType=application%2Fx.none"), []);
  },
  "a subject may be pushed after what refers to it": async (repository) => {
    const later = await image(repository, { annotations: { pushed: "later" } });
    const to = describe(later);
    const { digest } = await attach(repository, await artifact(repository, "application/x.a", { subject: to }));
    expect(await repository.put(to.digest, later), 201);
    assert.equal(
      (await list(repository, to.digest)).map((each) => each.digest),
      [digest],
    );
  },
  "a referrer that was deleted is not listed": async (repository) => {
    const to = await subject(repository);
    const { digest } = await attach(repository, await artifact(repository, "application/x.a", { subject: to }));
    expect(await repository.ask("DELETE", `manifests/${digest}`), 202);
    assert.equal(await list(repository, to.digest), []);
  },
  "a subject that was deleted leaves what refers to it": async (repository) => {
    const document = await image(repository);
    const to = await putByDigest(repository, document);
    const { digest } = await attach(repository, await artifact(repository, "application/x.a", { subject: to }));
    expect(await repository.ask("DELETE", `manifests/${to.digest}`), 202);
    const listed = async () => (await list(repository, to.digest)).map((each) => each.digest);
    assert.equal(await listed(), [digest]);
    expect(await repository.ask("GET", `manifests/${digest}`), 200);
    expect(await repository.put(to.digest, document), 201);
    assert.equal(await listed(), [digest]);
  },
  "referrers are those of one repository": async (repository) => {
    const to = await subject(repository);
    await attach(repository, await artifact(repository, "application/x.a", { subject: to }));
    assert.equal(await list(repository.sibling(), to.digest), []);
  },
};
