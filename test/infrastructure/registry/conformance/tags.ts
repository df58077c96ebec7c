import * as assert from "uvu/assert";
import { image, putByDigest } from "./documents.ts";
import { expect, parse, refused } from "./expect.ts";
import type { Cases, Repository } from "./repository.ts";

const all = ["1", "1.0", "10", "2", "a", "b-1", "latest"];

/** Neither their order nor its reverse, which a folder may have by itself. */
const pushed = ["2", "a", "1", "latest", "1.0", "b-1", "10"];

/** Pushes one image under all the tags. */
async function tagged(repository: Repository): Promise<void> {
  const document = await image(repository);
  for (const tag of pushed) expect(await repository.put(tag, document), 201);
}

async function list({ ask, name }: Repository, query = ""): Promise<{ tags: readonly string[]; next?: string }> {
  const answer = await ask("GET", `tags/list${query}`);
  expect(answer, 200);
  const found = parse(answer) as { name: string; tags: readonly string[] | null };
  assert.equal(found.name, name);
  const [, next] = /^<([^>]+)>;\s*rel="?next"?/.exec(String(answer.headers.link ?? "")) ?? [];
  return { tags: found.tags ?? [], ...(next !== undefined && { next }) };
}

/** Listing tags: end-8; and repositories, which Docker's registry began. */
export const tags: Cases = {
  "tags are listed in order": async (repository) => {
    await tagged(repository);
    assert.equal(await list(repository), { tags: all });
  },
  "tags of an unknown repository are refused": async ({ ask }) => {
    refused(await ask("GET", "tags/list"), "NAME_UNKNOWN", 404);
  },
  "n= limits the list": async (repository) => {
    await tagged(repository);
    assert.equal((await list(repository, "?n=3")).tags, all.slice(0, 3));
  },
  "n= greater than the list gives all, and no next page": async (repository) => {
    await tagged(repository);
    assert.equal(await list(repository, "?n=100"), { tags: all });
  },
  "n=0 gives an empty list": async (repository) => {
    await tagged(repository);
    assert.equal((await list(repository, "?n=0")).tags, []);
  },
  "last= goes on after a tag": async (repository) => {
    await tagged(repository);
    assert.equal((await list(repository, "?last=10")).tags, all.slice(3));
  },
  "last= may name a tag that is not there": async (repository) => {
    await tagged(repository);
    assert.equal((await list(repository, "?last=aa")).tags, ["b-1", "latest"]);
  },
  "n= and last= together give a page": async (repository) => {
    await tagged(repository);
    assert.equal((await list(repository, "?n=2&last=10")).tags, ["2", "a"]);
  },
  "Link leads through all pages": async (repository) => {
    await tagged(repository);
    const found: string[] = [];
    let page = await list(repository, "?n=2");
    for (let i = 0; i < 10; i++) {
      found.push(...page.tags);
      if (page.next === undefined) break;
      page = await list(repository, page.next.slice(page.next.indexOf("?")));
    }
    assert.equal(found, all);
  },
  "a manifest without tags gives an empty list": async (repository) => {
    await putByDigest(repository, await image(repository));
    assert.equal((await list(repository)).tags, []);
  },
  "the catalog lists repositories, in pages": async (repository) => {
    await tagged(repository);
    const answer = await repository.ask("GET", "/v2/_catalog?n=1000");
    expect(answer, 200);
    assert.ok((parse(answer) as { repositories: string[] }).repositories.includes(repository.name));
    const next = await repository.ask("GET", `/v2/_catalog?n=1&last=${repository.name.slice(0, -1)}`);
    assert.equal((parse(next) as { repositories: string[] }).repositories.length, 1);
  },
};
