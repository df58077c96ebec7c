import * as assert from "uvu/assert";
import { expect, refused } from "./expect.ts";
import { type Case, type Cases, digestOf, type Repository } from "./repository.ts";
import type { Answer } from "./wire.ts";

const content = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));
const unknown = digestOf("nobody pushes this");

/** GET of a part of the blob, and what should come of it. */
function range(text: string, check: (answer: Answer) => void): Case {
  return async (repository) => {
    const { digest } = await repository.push(content);
    check(await repository.ask("GET", `blobs/${digest}`, { headers: { range: text } }));
  };
}

function part(first: number, last: number): (answer: Answer) => void {
  return (answer) => {
    expect(answer, 206);
    assert.equal(answer.headers["content-range"], `bytes ${first}-${last}/1000`);
    assert.equal(answer.body, content.subarray(first, last + 1));
  };
}

async function get({ ask }: Repository, path: string): Promise<Answer> {
  return ask("GET", path);
}

/** Pulling blobs: end-1 and 2. */
export const blobs: Cases = {
  "GET /v2/ answers 200": async (repository) => expect(await get(repository, "/v2/"), 200),
  "GET of a blob gives its bytes, length and digest": async (repository) => {
    const { digest } = await repository.push(content);
    const answer = await get(repository, `blobs/${digest}`);
    expect(answer, 200);
    assert.equal(answer.body, content);
    assert.equal(answer.headers["content-length"], "1000");
    assert.equal(answer.headers["docker-content-digest"], digest);
  },
  "HEAD of a blob gives its length and digest, and no content": async ({ push, ask }) => {
    const { digest } = await push(content);
    const answer = await ask("HEAD", `blobs/${digest}`);
    expect(answer, 200);
    assert.equal(answer.body.length, 0);
    assert.equal(answer.headers["content-length"], "1000");
    assert.equal(answer.headers["docker-content-digest"], digest);
  },
  "GET of an unknown blob is refused": async (repository) => {
    refused(await get(repository, `blobs/${unknown}`), "BLOB_UNKNOWN", 404);
  },
  "HEAD of an unknown blob answers 404": async ({ ask }) => expect(await ask("HEAD", `blobs/${unknown}`), 404),
  "GET of a malformed digest is refused": async (repository) => {
    expect(await get(repository, "blobs/sha256:abc"), 400, 404);
  },
  "an empty blob is pushed and pulled": async (repository) => {
    const { digest } = await repository.push("");
    const answer = await get(repository, `blobs/${digest}`);
    expect(answer, 200);
    assert.equal(answer.headers["content-length"], "0");
  },
  "a sha512 blob is pushed and pulled": async (repository) => {
    const { digest } = await repository.push(content, undefined, "sha512");
    const answer = await get(repository, `blobs/${digest}`);
    expect(answer, 200);
    assert.equal(answer.body, content);
    assert.equal(answer.headers["docker-content-digest"], digest);
  },
  "a range with both ends gives that part": range("bytes=10-19", part(10, 19)),
  "a range of one byte gives it": range("bytes=0-0", part(0, 0)),
  "a range without an end goes to the end": range("bytes=900-", part(900, 999)),
  "a range that ends after the blob goes to its end": range("bytes=900-2000", part(900, 999)),
  "a suffix range gives the last bytes": range("bytes=-100", part(900, 999)),
  "a suffix range longer than the blob gives all": range("bytes=-2000", part(0, 999)),
  "a range after the end cannot be satisfied": range("bytes=1000-", (answer) => {
    expect(answer, 416);
    assert.equal(answer.headers["content-range"], "bytes */1000");
  }),
  // RFC 9110 §14.1.1: invalid, so it may be passed over.
  "a range that ends before it begins gives no part": range("bytes=500-0", (answer) => expect(answer, 200, 416)),
};
