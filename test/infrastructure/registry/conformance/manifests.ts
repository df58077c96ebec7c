import * as assert from "uvu/assert";
import {
  accepting,
  artifact,
  configType,
  type Document,
  describe,
  image,
  layerType,
  manifestType,
} from "./documents.ts";
import { expect, location, refused } from "./expect.ts";
import { type Algorithm, type Case, type Cases, digestOf, octets, type Repository } from "./repository.ts";

const missing = { mediaType: layerType, digest: digestOf("nobody pushes this"), size: 18 };

/** The document is taken, and comes back byte by byte, by tag and by digest. */
export function roundTrip(make: (repository: Repository) => Promise<Document | string>, mediaType?: string): Case {
  return async (repository) => {
    const document = await make(repository);
    const text = typeof document === "string" ? document : JSON.stringify(document);
    const digest = digestOf(text);
    const put = await repository.put("round-trip", document, mediaType);
    expect(put, 201);
    assert.equal(put.headers["docker-content-digest"], digest);
    for (const path of ["manifests/round-trip", `manifests/${digest}`, location(put)]) {
      const got = await repository.ask("GET", path, accepting);
      expect(got, 200);
      assert.equal(got.body.toString(), text);
      assert.equal(got.headers["content-type"], mediaType ?? (document as Document).mediaType);
      assert.equal(got.headers["docker-content-digest"], digest);
    }
  };
}

/** The document is refused, by this code. */
function refusal(code: string, make: (repository: Repository) => Promise<Document | string>): Case {
  return async (repository) => {
    refused(await repository.put("refused", await make(repository), manifestType), code, 400, 404);
    expect(await repository.ask("HEAD", "manifests/refused"), 404);
  };
}

/** Tags that come with a manifest's digest are confirmed, and point at it. */
function tagsBeside(algorithm: Algorithm, tags: readonly string[]): Case {
  return async (repository) => {
    const document = await image(repository);
    const { digest } = describe(document, algorithm);
    const put = await repository.put(`${digest}?${tags.map((tag) => `tag=${tag}`).join("&")}`, document);
    expect(put, 201);
    assert.equal(String(put.headers["oci-tag"]).split(/,\s*/), tags);
    for (const tag of tags) {
      const head = await repository.ask("HEAD", `manifests/${tag}`, accepting);
      assert.equal([head.status, head.headers["docker-content-digest"]], [200, digest]);
    }
  };
}

/** Pushing and pulling manifests: end-3 and 7. */
export const manifests: Cases = {
  "an image is pushed and pulled": roundTrip((repository) => image(repository)),
  "an image without layers is pushed and pulled": roundTrip((repository) => image(repository, { layers: [] })),
  "an artifact is pushed and pulled": roundTrip((repository) => artifact(repository, "application/x.test")),
  "a config may have any media type": roundTrip(async (repository) =>
    image(repository, { config: await repository.push("{}", "application/vnd.example.config+json") }),
  ),
  "a descriptor may carry its data": roundTrip(async (repository) => {
    const config = { ...(await repository.push("{}", configType)), data: Buffer.from("{}").toString("base64") };
    return image(repository, { config });
  }),
  "unknown fields are kept": roundTrip((repository) => image(repository, { "org.example.field": { a: [1, null] } })),
  "spaces and order are kept": roundTrip(
    async (repository) => ` ${JSON.stringify(await image(repository), null, "\t")}\r\n`,
    manifestType,
  ),
  "a manifest of 4 MiB is pushed and pulled": roundTrip((repository) =>
    image(repository, { annotations: { long: "x".repeat(4 * 1024 * 1024 - 2048) } }),
  ),
  "a Docker image is pushed and pulled": roundTrip(async (repository) => {
    const config = await repository.push("{}", "application/vnd.docker.container.image.v1+json");
    const layers = [await repository.push("a layer", "application/vnd.docker.image.rootfs.diff.tar.gzip")];
    const mediaType = "application/vnd.docker.distribution.manifest.v2+json";
    return { schemaVersion: 2, mediaType, config, layers };
  }),
  "a nondistributable layer may lie elsewhere": roundTrip((repository) => {
    const layer = { ...missing, mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar" };
    return image(repository, { layers: [layer] });
  }),
  "HEAD of a manifest gives its length, type and digest": async (repository) => {
    const document = await image(repository);
    const { digest, size } = describe(document);
    expect(await repository.put("a", document), 201);
    const { headers, body, ...answer } = await repository.ask("HEAD", "manifests/a", {
      headers: { accept: manifestType },
    });
    assert.equal([answer.status, body.length], [200, 0]);
    assert.equal(headers["content-type"], manifestType);
    assert.equal([headers["content-length"], headers["docker-content-digest"]], [String(size), digest]);
  },
  "a manifest is pushed by digest, without a tag": async (repository) => {
    const document = await image(repository);
    const { digest } = describe(document);
    expect(await repository.put(digest, document), 201);
    expect(await repository.ask("GET", `manifests/${digest}`, accepting), 200);
  },
  "a manifest is pushed by its sha512 digest": async (repository) => {
    const document = await image(repository);
    const { digest } = describe(document, "sha512");
    const put = await repository.put(digest, document);
    expect(put, 201);
    assert.equal(put.headers["docker-content-digest"], digest);
    const got = await repository.ask("GET", `manifests/${digest}`, accepting);
    expect(got, 200);
    assert.equal(got.headers["docker-content-digest"], digest);
  },
  "?tag= sets tags on a manifest that is pushed by digest": tagsBeside("sha256", ["one", "two"]),
  "?tag= sets tags on a manifest that is pushed by its sha512 digest": tagsBeside("sha512", ["one"]),
  "?tag= may come ten times": tagsBeside("sha256", [..."abcdefghij"]),
  "a tag moves to what was pushed last": async (repository) => {
    const first = await image(repository);
    const second = await image(repository, { annotations: { version: "2" } });
    for (const document of [first, second]) expect(await repository.put("moving", document), 201);
    const head = await repository.ask("HEAD", "manifests/moving", accepting);
    assert.equal(head.headers["docker-content-digest"], describe(second).digest);
    const old = await repository.ask("HEAD", `manifests/${describe(first).digest}`, {
      headers: { accept: manifestType },
    });
    expect(old, 200);
  },
  "a manifest of another digest is refused": async (repository) => {
    const document = await image(repository);
    refused(await repository.put(missing.digest, document), "DIGEST_INVALID", 400);
  },
  "an unknown tag is refused": async ({ ask }) => refused(await ask("GET", "manifests/no"), "MANIFEST_UNKNOWN", 404),
  "an unknown digest is refused": async ({ ask }) => {
    refused(await ask("GET", `manifests/${missing.digest}`), "MANIFEST_UNKNOWN", 404);
  },
  "a blob is no manifest": async ({ push, ask }) => {
    const { digest } = await push("a blob");
    refused(await ask("GET", `manifests/${digest}`), "MANIFEST_UNKNOWN", 404);
  },
  "what is not JSON is refused": refusal("MANIFEST_INVALID", async () => "not JSON"),
  "a manifest that is cut short is refused": refusal("MANIFEST_INVALID", async (repository) =>
    JSON.stringify(await image(repository)).slice(0, -10),
  ),
  "a list is no manifest": refusal("MANIFEST_INVALID", async () => "[]"),
  "a digest that is none is refused": refusal("MANIFEST_INVALID", (repository) =>
    image(repository, { layers: [{ ...missing, digest: "sha256:abc" }] }),
  ),
  "a missing layer is refused": refusal("MANIFEST_BLOB_UNKNOWN", (repository) =>
    image(repository, { layers: [missing] }),
  ),
  "a missing config is refused": refusal("MANIFEST_BLOB_UNKNOWN", (repository) =>
    image(repository, { config: { ...missing, mediaType: configType } }),
  ),
  "a malformed tag is refused": async (repository) => {
    const document = await image(repository);
    for (const tag of [".hidden", "-flag", "a%20b", "x".repeat(129)]) {
      expect(await repository.put(tag, document, octets), 400, 404);
    }
  },
};
