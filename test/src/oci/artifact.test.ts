import { createHash } from "node:crypto";
import * as assert from "uvu/assert";
import { artifactOf, empty } from "../../../src/oci/artifact.ts";
import { testResult } from "../../../src/oci/test-result.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("artifacts");

const image = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: "sha256:aa", size: 7 } as const;
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("artifactOf() attaches a file to an image, with nothing for a configuration", () => {
  const file = { type: "application/spdx+json", title: "sbom.spdx.json", digest: "sha256:bb", size: 9 } as const;
  const { descriptor, body } = artifactOf(image, file);
  assert.equal(JSON.parse(text(body)), {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    artifactType: "application/spdx+json",
    config: {
      mediaType: "application/vnd.oci.empty.v1+json",
      digest: "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
      size: 2,
    },
    layers: [
      {
        mediaType: "application/spdx+json",
        digest: "sha256:bb",
        size: 9,
        annotations: { "org.opencontainers.image.title": "sbom.spdx.json" },
      },
    ],
    subject: image,
  });
  assert.equal(descriptor, {
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    digest: `sha256:${createHash("sha256").update(body).digest("hex")}`,
    size: body.byteLength,
  });
});

test("artifactOf() gives equal bytes whatever else is known of the image", () => {
  const file = { type: "a/b", title: "t", digest: "sha256:bb", size: 9, annotations: { key: "value" } } as const;
  const platform = { platform: "linux/amd64" } as const;
  const { body } = artifactOf({ ...platform, size: 7, digest: image.digest, mediaType: image.mediaType }, file);
  assert.equal(body, artifactOf(image, file).body);
  assert.equal(JSON.parse(text(body)).annotations, { key: "value" });
});

test("empty is the blob that image-spec names", async () => {
  assert.is(empty.digest, "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  assert.is(text(Buffer.concat(await Array.fromAsync(empty.open()))), "{}");
});

test("testResult() is a statement of in-toto, without times", () => {
  const passed = testResult({
    image: { name: "node", digest: "sha256:aa" },
    files: [{ name: "test.yml", sha256: "cc" }],
    tests: ["test.yml commandTests[0]: node runs"],
  });
  assert.equal(JSON.parse(passed), {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "node", digest: { sha256: "aa" } }],
    predicateType: "https://in-toto.io/attestation/test-result/v0.1",
    predicate: {
      result: "PASSED",
      configuration: [{ name: "test.yml", digest: { sha256: "cc" } }],
      passedTests: ["test.yml commandTests[0]: node runs"],
    },
  });
});
