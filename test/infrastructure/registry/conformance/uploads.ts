import * as assert from "uvu/assert";
import { expect, location, refused } from "./expect.ts";
import { type Algorithm, type Cases, digestOf, octets, type Repository, withQuery } from "./repository.ts";

const headers = { "content-type": octets };

/** The blob can be pulled by its digest and at the place the answer named. */
async function pulls({ ask }: Repository, content: Buffer, digest: string, place: string): Promise<void> {
  for (const path of [place, `blobs/${digest}`]) {
    const answer = await ask("GET", path);
    expect(answer, 200);
    assert.equal(answer.body, content);
  }
}

function waysToUpload(algorithm: Algorithm): Cases {
  const content = Buffer.from(`content of a ${algorithm} blob `.repeat(5000));
  const digest = digestOf(content, algorithm);
  const query = { digest };
  return {
    [`POST with ?digest= takes a ${algorithm} blob, or begins an upload`]: async (repository) => {
      const posted = await repository.ask("POST", withQuery("blobs/uploads/", query), { headers, body: content });
      expect(posted, 201, 202);
      if (posted.status === 201) return pulls(repository, content, digest, location(posted));
      const put = await repository.ask("PUT", withQuery(location(posted), query), { headers, body: content });
      expect(put, 201);
      await pulls(repository, content, digest, location(put));
    },
    [`POST and PUT upload a ${algorithm} blob`]: async (repository) => {
      const put = await repository.ask("PUT", withQuery(await repository.begin(), query), { headers, body: content });
      expect(put, 201);
      assert.equal(put.headers["docker-content-digest"], digest);
      await pulls(repository, content, digest, location(put));
    },
    [`a streamed PATCH uploads a ${algorithm} blob`]: async (repository) => {
      const body = (async function* () {
        for (let at = 0; at < content.length; at += 10_000) yield content.subarray(at, at + 10_000);
      })();
      const patched = await repository.ask("PATCH", await repository.begin(), { headers, body });
      expect(patched, 202);
      const put = await repository.ask("PUT", withQuery(location(patched), query));
      expect(put, 201);
      await pulls(repository, content, digest, location(put));
    },
    [`content that is not of the ${algorithm} digest is refused`]: async ({ begin, ask }) => {
      const put = await ask("PUT", withQuery(await begin(), query), { headers, body: Buffer.from("other") });
      refused(put, "DIGEST_INVALID", 400);
      expect(await ask("HEAD", `blobs/${digest}`), 404);
    },
    [`?digest-algorithm=${algorithm} announces the digest`]: async ({ begin, ask }) => {
      const place = await begin(`?digest-algorithm=${algorithm}`);
      expect(await ask("PUT", withQuery(place, query), { headers, body: content }), 201);
    },
  };
}

/** Pushing blobs whole: end-4, 6 and 14. */
export const uploads: Cases = {
  ...waysToUpload("sha256"),
  ...waysToUpload("sha512"),
  "POST without a length begins an upload": async ({ ask }) => {
    expect(await ask("POST", "blobs/uploads/", { body: (async function* () {})() }), 202);
  },
  "a blob that is there is taken again": async ({ push }) => {
    await push("twice");
    await push("twice");
  },
  "PUT without a digest is refused": async ({ begin, ask }) => {
    refused(await ask("PUT", await begin(), { headers, body: Buffer.from("x") }), "DIGEST_INVALID", 400);
  },
  "PUT with a malformed digest is refused": async ({ begin, ask }) => {
    const place = withQuery(await begin(), { digest: "sha256:abc" });
    refused(await ask("PUT", place, { headers, body: Buffer.from("x") }), "DIGEST_INVALID", 400);
  },
  "PUT with an unknown algorithm is refused": async ({ begin, ask }) => {
    const place = withQuery(await begin(), { digest: `md5:${"0".repeat(32)}` });
    refused(await ask("PUT", place, { headers, body: Buffer.from("x") }), "DIGEST_INVALID", 400);
  },
  "POST with content of another digest is refused": async ({ ask }) => {
    const place = withQuery("blobs/uploads/", { digest: digestOf("a") });
    const posted = await ask("POST", place, { headers, body: Buffer.from("b") });
    // 202 is the answer of registries that take no content by POST.
    if (posted.status !== 202) refused(posted, "DIGEST_INVALID", 400);
    expect(await ask("HEAD", `blobs/${digestOf("a")}`), 404);
  },
  "an upload that is cancelled is gone": async ({ begin, ask }) => {
    const place = await begin();
    expect(await ask("DELETE", place), 204);
    refused(await ask("GET", place), "BLOB_UPLOAD_UNKNOWN", 404);
  },
  "an unknown upload cannot be cancelled": async ({ begin, ask }) => {
    const place = await begin();
    expect(await ask("DELETE", place), 204);
    refused(await ask("DELETE", place), "BLOB_UPLOAD_UNKNOWN", 404);
  },
  "a finished upload is gone": async ({ begin, ask }) => {
    const place = await begin();
    const body = Buffer.from("done");
    expect(await ask("PUT", withQuery(place, { digest: digestOf(body) }), { headers, body }), 201);
    refused(await ask("GET", place), "BLOB_UPLOAD_UNKNOWN", 404);
  },
};
