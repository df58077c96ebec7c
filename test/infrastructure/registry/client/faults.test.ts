import { randomBytes } from "node:crypto";
import * as assert from "uvu/assert";
import { suite } from "../../../rig/suite.ts";
import { answer, front, type Intercept } from "../front.ts";
import { blobOf, bytesOf, client, problems, pushImage, repository, sha256 } from "../images.ts";
import { realRegistry } from "../real.ts";

const test = suite("registry client, faults");

/** Lets the first requests that match go wrong. */
function first(count: number, pattern: RegExp, wrong: Intercept): Intercept {
  let left = count;
  return (request, response) => {
    if (!pattern.test(`${request.method} ${request.url}`) || left === 0) return false;
    left -= 1;
    return wrong(request, response);
  };
}

test("a registry that is down is told at once, with the way to start it", async (t) => {
  const started = performance.now();
  const found = await problems(client(t, { retry: {} }).head(repository("localhost:1", "node"), "24"));
  assert.equal(found, [
    {
      code: "registry-unreachable",
      kind: "service",
      message: "Registry not reachable at localhost:1",
      fix: "Run 'docker compose up -d' to start infrastructure services.",
    },
  ]);
  assert.ok(performance.now() - started < 1000);
});

test("a registry elsewhere that does not exist is told without that way", async (t) => {
  const found = await problems(client(t).head(repository("registry.invalid", "node"), "24"));
  assert.equal(
    found.map(({ found: _, ...problem }) => problem),
    [
      {
        code: "registry-unreachable",
        kind: "service",
        message: "Registry not reachable at registry.invalid",
        fix: "Check the address and the network",
      },
    ],
  );
});

test("head() waits as Retry-After says after 429, in seconds or until a date", async (t) => {
  const registry = client(t);
  const behind = await realRegistry(t);
  for (const wait of [() => "1", () => new Date(Date.now() + 1500).toUTCString()]) {
    const limited: Intercept = (_, response) => answer(response, 429, { "retry-after": wait() });
    const { address, seen } = await front(t, behind, first(1, /manifests/, limited));
    const started = performance.now();
    assert.is(await registry.head(repository(address, "node"), "24"), undefined);
    assert.ok(performance.now() - started > 450, "it waited");
    assert.is(seen.filter((line) => line.includes("manifests")).length, 2);
  }
});

test("head() does not wait longer than it has patience for", async (t) => {
  const limited: Intercept = (_, response) =>
    answer(response, 429, { "retry-after": "3600" }, '{"errors":[{"code":"TOOMANYREQUESTS"}]}');
  const { address } = await front(t, await realRegistry(t), first(9, /manifests/, limited));
  assert.equal(await problems(client(t).manifest(repository(address, "node"), "24")), [
    {
      code: "registry-failed",
      kind: "task",
      message: `Cannot read ${address}/node:24: the registry answered with status 429`,
      found: "TOOMANYREQUESTS; try again after 3600",
    },
  ]);
});

test("manifest() tries again after two answers of 500, and gives up after five", async (t) => {
  const registry = client(t);
  const behind = await realRegistry(t);
  const { descriptor } = await pushImage(registry, repository(behind, "node"));
  const failing: Intercept = (_, response) => answer(response, 500, {}, "out of order");
  const twice = await front(t, behind, first(2, /GET .*manifests/, failing));
  const read = await registry.manifest(repository(twice.address, "node"), descriptor.digest);
  assert.equal(read?.descriptor, descriptor);

  const always = await front(t, behind, first(99, /GET .*manifests/, failing));
  const [problem] = await problems(registry.manifest(repository(always.address, "node"), "24"));
  assert.is(problem?.message, `Cannot read ${always.address}/node:24: the registry answered with status 500`);
  assert.is(problem?.found, "out of order");
  assert.is(always.seen.filter((line) => line.includes("manifests")).length, 5);
});

test("manifest() tries again when a connection breaks in the middle of the body", async (t) => {
  const registry = client(t);
  const behind = await realRegistry(t);
  const { descriptor } = await pushImage(registry, repository(behind, "node"));
  const cut: Intercept = (_, response) => {
    response.writeHead(200, { "content-length": descriptor.size }).write('{"schema');
    setTimeout(() => response.destroy(), 20);
    return true;
  };
  const { address } = await front(t, behind, first(2, /GET .*manifests/, cut));
  const read = await registry.manifest(repository(address, "node"), descriptor.digest);
  assert.equal(read?.descriptor, descriptor);
});

test("blob() goes on where a connection broke, with and without ranges", async (t) => {
  const registry = client(t);
  const behind = await realRegistry(t);
  const blob = blobOf(randomBytes(300_000));
  await registry.putBlob(repository(behind, "node"), blob);
  for (const ranges of [true, false]) {
    const cut = first(1, /GET .*blobs/, (_, response) => {
      response.writeHead(200, { "content-length": blob.size }).write(blob.body.subarray(0, 100_000));
      setTimeout(() => response.destroy(), 20);
      return true;
    });
    const { address } = await front(t, behind, (request, response) => {
      if (!ranges) delete request.headers.range;
      return cut(request, response);
    });
    assert.equal(await bytesOf(registry.blob(repository(address, "node"), blob.digest)), blob.body);
  }
});

test("blob() and manifest() refuse bytes that do not have their digest", async (t) => {
  const registry = client(t);
  const wrong: Intercept = ({ url }, response) => url !== "/v2/" && answer(response, 200, {}, "{}");
  const { address } = await front(t, await realRegistry(t), wrong);
  for (const hash of [sha256("this"), `sha512:${"0".repeat(128)}`] as const) {
    const message = `Cannot read ${address}/node@${hash}: the content does not have its digest`;
    const node = repository(address, "node");
    for (const read of [() => registry.blob(node, hash), () => registry.manifest(node, hash)]) {
      const [problem] = await problems(read());
      assert.is(problem?.message, message);
      assert.is(problem?.wanted, hash);
      assert.is(problem?.code, "digest-mismatch");
    }
  }
});

test("putBlob() starts anew when the connection breaks or the registry fails in the middle", async (t) => {
  const registry = client(t);
  const behind = await realRegistry(t);
  const faults: Record<string, Intercept> = {
    broken: (request) => {
      request.once("data", () => request.destroy());
      return true;
    },
    failing: (request, response) => {
      request.resume().on("end", () => answer(response, 503));
      return true;
    },
  };
  for (const fault of Object.values(faults)) {
    const { address, seen } = await front(t, behind, first(2, /PUT .*blobs/, fault));
    const blob = blobOf(randomBytes(500_000));
    await registry.putBlob(repository(address, "node"), blob);
    assert.is(seen.filter((line) => line.startsWith("POST")).length, 3);
    assert.equal(await bytesOf(registry.blob(repository(behind, "node"), blob.digest)), blob.body);
  }
});

test("copy() uploads what the registry does not mount", async (t) => {
  const registry = client(t);
  const behind = await realRegistry(t);
  const refused = first(99, /POST .*mount=/, (_, response) => answer(response, 405));
  const { address, seen } = await front(t, behind, refused);
  const { descriptor } = await pushImage(registry, repository(behind, "node"));
  await registry.copy(repository(address, "node"), repository(address, "copy"), descriptor.digest);
  assert.is(seen.filter((line) => /PUT .*blobs/.test(line)).length, 2);
});

test("authorization is not sent to the host of a redirect", async (t) => {
  const behind = await realRegistry(t);
  const blob = blobOf(randomBytes(1000));
  const seen: Record<string, string | undefined> = {};
  const storage = await front(t, behind, (request, response) => {
    seen.storage = request.headers.authorization;
    return answer(response, 200, {}, blob.body);
  });
  const { address } = await front(t, behind, (request, response) => {
    if (!request.headers.authorization) return answer(response, 401, { "www-authenticate": 'Basic realm="x"' });
    seen.registry = request.headers.authorization;
    return answer(response, 307, { location: `http://${storage.address}/somewhere` });
  });
  const registry = client(t, { credentials: { find: async () => ({ username: "me", password: "secret" }) } });
  assert.equal(await bytesOf(registry.blob(repository(address, "node"), blob.digest)), blob.body);
  assert.equal(seen, { registry: "Basic bWU6c2VjcmV0", storage: undefined });
});
