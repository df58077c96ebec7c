import * as assert from "uvu/assert";
import { parseReference } from "../../../infrastructure/lock/reference.ts";
import { referenceOf } from "../../../infrastructure/registry/client/repository.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("external references");

const digest = `sha256:${"a".repeat(64)}`;

test("parseReference() completes what Docker completes", () => {
  const full = {
    debian: "docker.io/library/debian:latest",
    "alpine:3.22": "docker.io/library/alpine:3.22",
    "grafana/grafana:12": "docker.io/grafana/grafana:12",
    "docker.io/debian": "docker.io/library/debian:latest",
    "ghcr.io/team/node:24": "ghcr.io/team/node:24",
    "localhost/node": "localhost/node:latest",
    "localhost:5050/team/node": "localhost:5050/team/node:latest",
    "host:443/node:24.1": "host:443/node:24.1",
    [`debian:12@${digest}`]: `docker.io/library/debian@${digest}`,
  };
  for (const [text, wanted] of Object.entries(full)) {
    const { repository, reference } = parseReference(text);
    assert.is(referenceOf(repository, reference), wanted);
  }
});
