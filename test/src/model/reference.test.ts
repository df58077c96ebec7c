import * as assert from "uvu/assert";
import { parseReference, writeReference } from "../../../src/model/reference.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("references");
const digest = `sha256:${"0".repeat(64)}`;

const normal: Readonly<Record<string, string>> = {
  alpine: "docker.io/library/alpine:latest",
  "alpine:3.22": "docker.io/library/alpine:3.22",
  "team/app": "docker.io/team/app:latest",
  "index.docker.io/alpine:1": "docker.io/library/alpine:1",
  "docker.io/team/app:1": "docker.io/team/app:1",
  "ghcr.io/team/app:v1.2_3-x": "ghcr.io/team/app:v1.2_3-x",
  "localhost/app": "localhost/app:latest",
  "localhost:5050/app:1": "localhost:5050/app:1",
  "registry:5000/a/b/c": "registry:5000/a/b/c:latest",
  "[::1]:5000/a": "[::1]:5000/a:latest",
  "Registry/app": "Registry/app:latest",
  [`alpine@${digest}`]: `docker.io/library/alpine@${digest}`,
  [`alpine:3@${digest}`]: `docker.io/library/alpine:3@${digest}`,
};

for (const [text, expected] of Object.entries(normal)) {
  test(`parseReference() reads ${text} as Docker does`, async () => {
    const reference = parseReference(text);
    assert.ok(reference);
    assert.is(writeReference(reference), expected);
  });
}

test("parseReference() gives undefined for what is no reference", async () => {
  for (const text of [
    "",
    "Alpine",
    "alpine:",
    "a b",
    "alpine:-1",
    "alpine@sha256:00",
    "ghcr.io/Team/app",
    "a//b",
    "-a",
  ]) {
    assert.is(parseReference(text), undefined, text);
  }
});
