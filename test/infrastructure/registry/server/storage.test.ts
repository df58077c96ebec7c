import { randomBytes } from "node:crypto";
import { existsSync, globSync, readlinkSync } from "node:fs";
import { readdir, utimes, writeFile } from "node:fs/promises";
import { get, request } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as assert from "uvu/assert";
import { startRegistry } from "../../../../infrastructure/registry/server/mod.ts";
import { type Context, suite } from "../../../rig/suite.ts";
import { accepting, artifact, describe, image } from "../conformance/documents.ts";
import { expect, location, parse } from "../conformance/expect.ts";
import { createRepository, digestOf, type Repository, withQuery } from "../conformance/repository.ts";

const test = suite("registry storage");

/** A repository of a registry in a folder; `close` stops the registry. */
async function open(
  t: Context,
  folder: string,
): Promise<{ repository: Repository; url: string; close(): Promise<void> }> {
  const { url, close } = t.use(await startRegistry({ folder }));
  return { repository: createRepository(url, "team/image"), url, close };
}

const files = (folder: string, pattern: string) => globSync(pattern, { cwd: folder });

/** Waits until it is so; the test's time is the limit. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(10);
}

test("startRegistry() finds blobs, tags and referrers of the last time", async (t) => {
  const folder = await t.folder();
  const first = await open(t, folder);
  const subject = describe(await image(first.repository));
  const document = await artifact(first.repository, "application/x.test", { subject });
  expect(await first.repository.put("one", document), 201);
  await first.close();
  const { repository } = await open(t, folder);
  const manifest = await repository.ask("GET", "manifests/one", accepting);
  assert.equal(manifest.body.toString(), JSON.stringify(document));
  const referrers = parse(await repository.ask("GET", `referrers/${subject.digest}`)) as { manifests: unknown[] };
  assert.equal(referrers.manifests, [{ ...describe(document), artifactType: "application/x.test" }]);
  expect(await repository.ask("HEAD", `blobs/${(document.config as { digest: string }).digest}`), 200);
});

test("startRegistry() goes on with an upload that was under way", async (t) => {
  const folder = await t.folder();
  const first = await open(t, folder);
  const patched = await first.repository.ask("PATCH", await first.repository.begin(), { body: Buffer.from("begun, ") });
  await first.close();
  const { repository } = await open(t, folder);
  const digest = digestOf("begun, ended");
  const put = await repository.ask("PUT", withQuery(location(patched), { digest }), { body: Buffer.from("ended") });
  expect(put, 201);
  assert.equal((await repository.ask("GET", `blobs/${digest}`)).body.toString(), "begun, ended");
});

test("startRegistry() removes uploads older than a day, and no others", async (t) => {
  const folder = await t.folder();
  await (await open(t, folder)).close();
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  await writeFile(join(folder, "uploads/old"), "left behind by a crash");
  await utimes(join(folder, "uploads/old"), yesterday, yesterday);
  await writeFile(join(folder, "uploads/new"), "still arriving");
  await open(t, folder);
  assert.equal(await readdir(join(folder, "uploads")), ["new"]);
});

test("a blob that is pushed many times at once is stored once", async (t) => {
  const folder = await t.folder();
  const { repository, url } = await open(t, folder);
  const content = randomBytes(3_000_000);
  const pushes = Array.from({ length: 8 }, (_, i) => createRepository(url, `team/image-${i % 3}`).push(content));
  const [{ digest } = { digest: "" }] = await Promise.all(pushes);
  assert.equal(files(folder, "blobs/*/*/*").length, 1);
  assert.equal(files(folder, "uploads/*"), []);
  const got = await createRepository(url, "team/image-2").ask("GET", `blobs/${digest}`);
  assert.ok(got.body.equals(content));
  expect(await repository.ask("HEAD", `blobs/${digest}`), 404);
});

test("content of another digest leaves nothing behind", async (t) => {
  const folder = await t.folder();
  const { repository } = await open(t, folder);
  const digest = digestOf("what was promised");
  const body = Buffer.from("what was sent");
  expect(await repository.ask("PUT", withQuery(await repository.begin(), { digest }), { body }), 400);
  expect(await repository.ask("POST", withQuery("blobs/uploads/", { digest }), { body }), 400);
  assert.equal([files(folder, "blobs/*/*/*"), files(folder, "uploads/*")], [[], []]);
});

test("PATCH keeps what arrived before the client went away", async (t) => {
  const { repository, url } = await open(t, await t.folder());
  const place = await repository.begin();
  cutOff(url, "PATCH", place, Buffer.from("0123456789"));
  await until(async () => (await repository.ask("GET", place)).headers.range === "0-9");
  const digest = digestOf("0123456789abc");
  const headers = { "content-range": "10-12" };
  const patched = await repository.ask("PATCH", place, { headers, body: Buffer.from("abc") });
  expect(patched, 202);
  expect(await repository.ask("PUT", withQuery(location(patched), { digest })), 201);
});

test("POST of a blob leaves nothing behind when the client goes away", async (t) => {
  const folder = await t.folder();
  const { repository, url } = await open(t, folder);
  const place = withQuery(`/v2/${repository.name}/blobs/uploads/`, { digest: digestOf("all of it") });
  const cut = cutOff(url, "POST", place, Buffer.from("all"));
  await until(() => files(folder, "uploads/*").length === 1);
  cut.destroy();
  await until(() => files(folder, "uploads/*").length === 0);
  assert.equal(files(folder, "blobs/*/*/*"), []);
});

/** Begins a request of 1000 bytes, of which it sends only the first few before it breaks off. */
function cutOff(url: string, method: string, path: string, body: Buffer) {
  const asking = request(new URL(path, url), { method, agent: false, headers: { "content-length": 1000 } });
  asking.once("error", () => {});
  if (method === "PATCH") asking.write(body, () => setTimeout(() => asking.destroy(), 50));
  else asking.write(body);
  return asking;
}

test("GET of a blob closes its file when the client goes away", async (t) => {
  const folder = await t.folder();
  const { repository, url } = await open(t, folder);
  const { digest } = await repository.push(randomBytes(20_000_000));
  const asking = get(new URL(`/v2/${repository.name}/blobs/${digest}`, url), { agent: false });
  asking.once("error", () => {});
  await until(() => opened(folder) > 0);
  asking.destroy();
  await until(() => opened(folder) === 0);
});

/** How many files below a folder this process has open. */
function opened(folder: string): number {
  return globSync("/proc/self/fd/*").filter((fd) => existsSync(fd) && readlinkSync(fd).startsWith(folder)).length;
}

test("a manifest longer than 8 MiB is refused", async (t) => {
  const { repository } = await open(t, await t.folder());
  const document = await image(repository, { annotations: { long: "x".repeat(8 * 1024 * 1024) } });
  const answer = await repository.put("long", document);
  expect(answer, 413);
  assert.match(answer.body.toString(), "Content is longer than 8388608 bytes");
});
