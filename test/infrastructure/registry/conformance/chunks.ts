import * as assert from "uvu/assert";
import { expect, location, refused } from "./expect.ts";
import { type Cases, digestOf, octets, type Repository, withQuery } from "./repository.ts";
import type { Answer } from "./wire.ts";

const content = Buffer.from("0123456789".repeat(3000));
const digest = digestOf(content);

/** The bytes from `first` to before `end`, as a chunk. */
function chunk({ ask }: Repository, method: string, place: string, first: number, end: number): Promise<Answer> {
  const headers = { "content-type": octets, "content-range": `${first}-${end - 1}` };
  return ask(method, place, { headers, body: content.subarray(first, end) });
}

/** Sends a chunk that is taken; gives where the upload goes on. */
async function patch(repository: Repository, place: string, first: number, end: number): Promise<string> {
  const answer = await chunk(repository, "PATCH", place, first, end);
  expect(answer, 202);
  assert.equal(answer.headers.range, `0-${end - 1}`);
  return location(answer);
}

async function pulls({ ask }: Repository): Promise<void> {
  const answer = await ask("GET", `blobs/${digest}`);
  expect(answer, 200);
  assert.equal(answer.body, content);
}

/** Pushing blobs in chunks: end-5, 6 and 13. */
export const chunks: Cases = {
  "one chunk and an empty PUT upload a blob": async (repository) => {
    const place = await patch(repository, await repository.begin(), 0, content.length);
    expect(await repository.ask("PUT", withQuery(place, { digest })), 201);
    await pulls(repository);
  },
  "three chunks and an empty PUT upload a blob": async (repository) => {
    let place = await repository.begin();
    for (const first of [0, 10_000, 20_000]) place = await patch(repository, place, first, first + 10_000);
    expect(await repository.ask("PUT", withQuery(place, { digest })), 201);
    await pulls(repository);
  },
  "chunks upload a blob whose sha512 digest comes at the end": async (repository) => {
    const sha512 = digestOf(content, "sha512");
    let place = await repository.begin();
    for (const first of [0, 15_000]) place = await patch(repository, place, first, first + 15_000);
    expect(await repository.ask("PUT", withQuery(place, { digest: sha512 })), 201);
    const answer = await repository.ask("GET", `blobs/${sha512}`);
    expect(answer, 200);
    assert.equal(answer.headers["docker-content-digest"], sha512);
  },
  "the last chunk may come with PUT": async (repository) => {
    const place = await patch(repository, await repository.begin(), 0, 10_000);
    expect(await chunk(repository, "PUT", withQuery(place, { digest }), 10_000, content.length), 201);
    await pulls(repository);
  },
  "chunks may come without Content-Range": async (repository) => {
    const { ask } = repository;
    const first = await ask("PATCH", await repository.begin(), { body: content.subarray(0, 10_000) });
    expect(first, 202);
    const rest = await ask("PATCH", location(first), { body: content.subarray(10_000) });
    expect(rest, 202);
    expect(await ask("PUT", withQuery(location(rest), { digest })), 201);
    await pulls(repository);
  },
  "a chunk that leaves a gap is refused": async (repository) => {
    const place = await patch(repository, await repository.begin(), 0, 10_000);
    expect(await chunk(repository, "PATCH", place, 20_000, 30_000), 416);
  },
  "a chunk that comes twice is refused": async (repository) => {
    const place = await patch(repository, await repository.begin(), 0, 10_000);
    expect(await chunk(repository, "PATCH", place, 0, 10_000), 416);
  },
  "a first chunk that does not begin at 0 is refused": async (repository) => {
    expect(await chunk(repository, "PATCH", await repository.begin(), 10_000, 20_000), 416);
  },
  "a last chunk out of order is refused with PUT": async (repository) => {
    const place = await patch(repository, await repository.begin(), 0, 10_000);
    expect(await chunk(repository, "PUT", withQuery(place, { digest }), 20_000, 30_000), 416);
  },
  "an upload goes on after a chunk that was refused": async (repository) => {
    let place = await patch(repository, await repository.begin(), 0, 10_000);
    expect(await chunk(repository, "PATCH", place, 20_000, 30_000), 416);
    const state = await repository.ask("GET", place);
    expect(state, 204);
    assert.equal(state.headers.range, "0-9999");
    place = await patch(repository, location(state), 10_000, 30_000);
    expect(await repository.ask("PUT", withQuery(place, { digest })), 201);
    await pulls(repository);
  },
  "GET of an upload tells how far it is": async (repository) => {
    const place = await patch(repository, await repository.begin(), 0, 10_000);
    const state = await repository.ask("GET", place);
    expect(state, 204);
    assert.equal(state.headers.range, "0-9999");
    assert.ok(state.headers.location);
  },
  "chunks whose digest is another one are refused": async (repository) => {
    const place = await patch(repository, await repository.begin(), 0, 10_000);
    refused(await repository.ask("PUT", withQuery(place, { digest })), "DIGEST_INVALID", 400);
    expect(await repository.ask("HEAD", `blobs/${digest}`), 404);
  },
  "a chunk for an unknown upload is refused": async (repository) => {
    const place = await repository.begin();
    expect(await repository.ask("DELETE", place), 204);
    refused(await chunk(repository, "PATCH", place, 0, 10_000), "BLOB_UPLOAD_UNKNOWN", 404);
  },
  "PUT of an unknown upload is refused": async (repository) => {
    const place = await repository.begin();
    expect(await repository.ask("DELETE", place), 204);
    refused(await repository.ask("PUT", withQuery(place, { digest })), "BLOB_UPLOAD_UNKNOWN", 404);
  },
};
