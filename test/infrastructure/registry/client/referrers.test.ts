import * as assert from "uvu/assert";
import { createLocks } from "../../../../infrastructure/process/locks.ts";
import { run } from "../../../../infrastructure/process/run.ts";
import { runtimeCommand } from "../../../../infrastructure/process/runtime.ts";
import { attachingInTurn } from "../../../../infrastructure/registry/in-turn.ts";
import type { Descriptor, Manifest, Registry, Repository } from "../../../../src/ports.ts";
import { type Context, suite } from "../../../rig/suite.ts";
import { answer, front, type Intercept } from "../front.ts";
import { artifactOn, client, document, empty, problems, pushImage, repository } from "../images.ts";
import { dockerRegistry, startDockerRegistry } from "../processes.ts";
import { realRegistry } from "../real.ts";

const test = suite("registry client, referrers");

const indexType = "application/vnd.oci.image.index.v1+json";

/** Hides the referrers API of the registry behind, which also says nothing of subjects. */
const withoutApi: Intercept = ({ url = "" }, response) => {
  response.writeHead = without("oci-subject", response.writeHead);
  return url.includes("/referrers/") && answer(response, 404, {}, "404 page not found\n");
};

function without(header: string, writeHead: Parameters<Intercept>[1]["writeHead"]): typeof writeHead {
  return function (this: Parameters<Intercept>[1], status: number, headers: object) {
    const kept = Object.entries(headers).filter(([name]) => name !== header);
    return writeHead.call(this, status, Object.fromEntries(kept));
  } as typeof writeHead;
}

/** An image in a repository of its own, and where its list lies without the API. */
async function subjectIn(registry: Registry, address: string) {
  const node = repository(address, "node");
  await registry.putBlob(node, empty);
  const image = await pushImage(registry, node);
  return {
    node,
    image: image.descriptor,
    digest: image.descriptor.digest,
    tag: image.descriptor.digest.replace(":", "-"),
  };
}

function described(artifact: Manifest, name: string): Descriptor {
  return { ...artifact.descriptor, artifactType: "application/vnd.example", annotations: { name } };
}

async function namesOf(registry: Registry, node: Repository, digest: Descriptor["digest"]): Promise<readonly string[]> {
  const found = await registry.referrers(node, digest);
  return found.map(({ annotations }) => annotations?.name ?? "").sort();
}

const registries: Readonly<Record<string, (t: Context) => Promise<string>>> = {
  "the embedded registry": realRegistry,
  "a registry without the API": async (t) => (await front(t, await realRegistry(t), withoutApi)).address,
  [dockerRegistry]: async (t) => t.use(await startDockerRegistry(await t.folder())).address,
};

for (const [name, start] of Object.entries(registries)) {
  test(`referrers() lists what attach() stored, once, on ${name}`, async (t) => {
    const registry = client(t);
    const { node, image, digest } = await subjectIn(registry, await start(t));
    assert.equal(await registry.referrers(node, digest), []);
    const [a, b] = [artifactOn(image, "a"), artifactOn(image, "b")];
    await registry.attach(node, digest, a);
    assert.equal(await registry.referrers(node, digest), [described(a, "a")]);
    await registry.attach(node, digest, b);
    await registry.attach(node, digest, a);
    assert.equal(await namesOf(client(t), node, digest), ["a", "b"]);
    assert.equal(await registry.manifest(node, a.descriptor.digest), { ...a, body: new Uint8Array(a.body) });
  });

  test(`attach() loses none of ten at once in two processes, on ${name}`, async (t) => {
    const registry = client(t);
    const address = await start(t);
    const { node, image, digest } = await subjectIn(registry, address);
    const locks = await t.folder();
    const program = runtimeCommand(new URL("../attach-process.ts", import.meta.url));
    const attach = (process: string) => run([...program, address, digest, String(image.size), process, locks]);
    for (const { code, stderr } of await Promise.all(["a", "b"].map(attach))) assert.is(code, 0, stderr);
    const wanted = ["a", "b"].flatMap((process) => Array.from({ length: 10 }, (_, i) => `${process}-${i}`));
    assert.equal(await namesOf(registry, node, digest), wanted);
  });
}

test("attach() writes no tag where the registry lists referrers itself", async (t) => {
  const registry = client(t);
  const { address, seen } = await front(t, await realRegistry(t), () => false);
  const { node, image, digest, tag } = await subjectIn(registry, address);
  const before = seen.length;
  const artifact = artifactOn(image, "a");
  await registry.attach(node, digest, artifact);
  assert.equal(seen.slice(before), [`PUT /v2/node/manifests/${artifact.descriptor.digest}`]);
  assert.is(await registry.head(node, tag), undefined);
});

test("attach() keeps what others have in the list, to the last field", async (t) => {
  const registry = client(t);
  const { address } = await front(t, await realRegistry(t), withoutApi);
  const { node, image, digest, tag } = await subjectIn(registry, address);
  const other = artifactOn(image, "other");
  await registry.putManifest(node, other.descriptor.digest, other);
  const theirs = { ...described(other, "other"), data: "e30=", urls: ["https://example.org"] };
  await registry.putManifest(node, tag, document(indexType, { manifests: [theirs], annotations: { by: "them" } }));
  const ours = artifactOn(image, "ours");
  await registry.attach(node, digest, ours);
  const list = await registry.manifest(node, tag);
  assert.equal(JSON.parse(Buffer.from(list?.body ?? "").toString()), {
    schemaVersion: 2,
    mediaType: indexType,
    manifests: [theirs, described(ours, "ours")],
    annotations: { by: "them" },
  });
});

test("attach() adds again what a machine elsewhere wrote over", async (t) => {
  const registry = client(t);
  const behind = await realRegistry(t);
  const { node, image, digest, tag } = await subjectIn(registry, behind);
  const other = artifactOn(image, "other");
  await registry.putManifest(node, other.descriptor.digest, other);
  const theirs = document(indexType, { manifests: [described(other, "other")] });
  // Whoever has read the list before we wrote it writes it after us: the first two times we are lost.
  let left = 2;
  const { address } = await front(t, behind, (request, response) => {
    if (request.method !== "PUT" || !request.url?.endsWith(tag) || left === 0) return withoutApi(request, response);
    left -= 1;
    request.resume().on("end", () => {
      registry.putManifest(node, tag, theirs).then(() => answer(response, 201));
    });
    return true;
  });
  const there = repository(address, "node");
  await registry.attach(there, digest, artifactOn(image, "ours"));
  assert.equal(await namesOf(registry, there, digest), ["other", "ours"]);
});

test("attach() gives up when others keep writing over the list", async (t) => {
  const registry = client(t);
  const { address, seen } = await front(t, await realRegistry(t), (request, response) => {
    const lost = request.method === "PUT" && request.url?.includes("/manifests/sha256-");
    return lost ? answer(response, 201) : withoutApi(request, response);
  });
  const { node, image, digest, tag } = await subjectIn(registry, address);
  assert.equal(await problems(registry.attach(node, digest, artifactOn(image, "a"))), [
    {
      code: "referrers-contended",
      kind: "task",
      message: `Cannot list an attachment under ${address}/node:${tag}: others keep writing over it`,
      fix: "Run the command again when nobody else publishes this image",
    },
  ]);
  assert.is(seen.filter((line) => line === `PUT /v2/node/manifests/${tag}`).length, 5);
});

test("referrers() and attach() say so when the list's tag is on something else", async (t) => {
  const registry = client(t);
  const { address } = await front(t, await realRegistry(t), withoutApi);
  const { node, image, digest, tag } = await subjectIn(registry, address);
  const other = await pushImage(registry, node);
  await registry.putManifest(node, tag, other);
  const problem = {
    code: "referrers-tag-taken",
    kind: "task",
    message: `Cannot list attachments under ${address}/node:${tag}: the tag is on something else`,
    found: "application/vnd.oci.image.manifest.v1+json",
    wanted: indexType,
    fix: "Remove the tag",
  };
  assert.equal(await problems(registry.referrers(node, digest)), [problem]);
  assert.equal(await problems(registry.attach(node, digest, artifactOn(image, "a"))), [problem]);
  assert.is((await registry.head(node, tag))?.digest, other.descriptor.digest);
});

test("referrers() asks a host without the API for it once", async (t) => {
  const registry = client(t);
  const { address, seen } = await front(t, await realRegistry(t), withoutApi);
  const { node, digest } = await subjectIn(registry, address);
  const three = [digest, digest, digest].map((each) => registry.referrers(node, each));
  assert.equal(await Promise.all(three), [[], [], []]);
  assert.is(seen.filter((line) => line.includes("/referrers/")).length, 1);
});

test("referrers() goes on asking a host that does not know the repository", async (t) => {
  const registry = client(t);
  const behind = await realRegistry(t);
  const { address } = await front(t, behind, (request, response) => {
    const unknown = request.url?.startsWith("/v2/none/") ?? false;
    return unknown && answer(response, 404, {}, JSON.stringify({ errors: [{ code: "NAME_UNKNOWN" }] }));
  });
  const { node, image, digest } = await subjectIn(client(t), behind);
  await client(t).attach(node, digest, artifactOn(image, "a"));
  assert.equal(await registry.referrers(repository(address, "none"), digest), []);
  assert.equal(await namesOf(registry, repository(address, "node"), digest), ["a"]);
});

test("referrers() takes a page of something before the registry for no API", async (t) => {
  const registry = client(t);
  const { address } = await front(t, await realRegistry(t), ({ url = "" }, response) => {
    return url.includes("/referrers/") && answer(response, 200, { "content-type": "text/html" }, "<html>");
  });
  const { node, digest } = await subjectIn(registry, address);
  assert.equal(await registry.referrers(node, digest), []);
});

test("referrers() reads every page, and ends where pages lead in a circle", async (t) => {
  const registry = client(t);
  for (const last of [{}, { link: '</v2/node/referrers/x?page=1>; rel="next"' }]) {
    const { address, seen } = await front(t, await realRegistry(t), ({ url = "" }, response) => {
      if (!url.includes("/referrers/")) return false;
      const page = Number(/page=(\d)/.exec(url)?.[1] ?? 0);
      const manifests = [described(artifactOn({ digest: "sha256:", size: 0 }, `${page}`), `${page}`)];
      const link = page < 2 ? { link: `</v2/node/referrers/x?page=${page + 1}>; rel="next"` } : last;
      return answer(response, 200, { "content-type": indexType, ...link }, JSON.stringify({ manifests }));
    });
    const { node, digest } = await subjectIn(registry, address);
    assert.equal(await namesOf(registry, node, digest), ["0", "1", "2"]);
    assert.is(seen.filter((line) => line.includes("/referrers/")).length, 3);
  }
});

test("referrers() and attach() fail as every call does", async (t) => {
  const registry = client(t);
  const { address } = await front(t, await realRegistry(t), ({ method, url = "" }, response) => {
    if (url.includes("/referrers/")) return answer(response, 200, { "content-type": indexType }, "nothing");
    return method === "PUT" && url.includes("/manifests/") && answer(response, 403);
  });
  const node = repository(address, "node");
  const artifact = artifactOn({ digest: "sha256:aa", size: 0 }, "a");
  const { digest } = artifact.descriptor;
  const [refused] = await problems(registry.attach(node, "sha256:aa", artifact));
  assert.is(refused?.code, "registry-denied");
  const message = `Cannot write ${address}/node@${digest}: the registry refused access with status 403`;
  assert.is(refused?.message, message);
  assert.equal(await problems(registry.referrers(node, digest)), [
    {
      code: "registry-failed",
      kind: "task",
      message: `Cannot list what refers to ${address}/node@${digest}: the answer is no index`,
    },
  ]);
  const [down] = await problems(registry.referrers(repository("localhost:1", "node"), digest));
  assert.is(down?.message, "Registry not reachable at localhost:1");
});

test("attachingInTurn() stops waiting when its signal is aborted", async (t) => {
  const locks = createLocks(await t.folder());
  const registry = attachingInTurn(client(t), locks);
  const { node, image, digest } = await subjectIn(registry, await realRegistry(t));
  const name = `referrers ${node.place.address}/${node.name}@${digest}`;
  await using _held = await locks.hold(name, () => {}, t.signal);
  const attaching = registry.attach(node, digest, artifactOn(image, "a"), AbortSignal.timeout(50));
  await attaching.then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.name, "AbortError"),
  );
});
