import * as assert from "uvu/assert";
import { formatInspections } from "../../../infrastructure/terminal/inspect.ts";
import type { InspectedImage, Inspection } from "../../../src/report/inspection.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("inspection on the terminal");

const image: InspectedImage = {
  digest: "sha256:76c8",
  size: 81_204_000,
  created: "1980-01-01T00:00:00Z",
  layers: [
    { digest: "sha256:1", size: 48_000_000, from: "base:13", instruction: "ADD rootfs.tar /" },
    { digest: "sha256:2", size: 33_200_000, from: "node:24.21.0", instruction: "RUN <<EOF\n\tnpm install\nEOF" },
    { digest: "sha256:3", size: 4_000, from: "node:24.21.0", instruction: null },
  ],
  config: {
    env: { PATH: "/usr/bin", GREETING: "two\nlines" },
    entrypoint: [],
    cmd: ["node", "--version"],
    workdir: "/work",
    user: "1000",
    labels: { team: "build" },
    ports: ["8080/tcp", "9090/udp"],
    volumes: [],
  },
  tests: { state: "failed", passed: 17, failed: 1 },
  packages: 112,
  attached: [
    { type: "application/vnd.cyclonedx+json", digest: "sha256:5bcb", size: 123_456 },
    { type: "application/spdx+json", digest: "sha256:ca59", size: 98_765 },
  ],
};

const node: Inspection = {
  ...{ id: "node:24.21.0", repository: "localhost:5050/node", reference: "24.21.0", aliases: ["24.21", "24"] },
  parents: ["base:13"],
  digest: "sha256:c9df",
  tags: [
    { reference: "localhost:5050/node:24.21.0", state: "here" },
    { reference: "localhost:5050/node:24", state: "elsewhere" },
  ],
  platforms: [
    { platform: "linux/amd64", image, reason: "" },
    { platform: "linux/arm64", image: null, reason: "not made from these inputs before" },
  ],
};

test("formatInspections() shows all that is known", () => {
  assert.is(
    formatInspections([node], { color: false }),
    `node:24.21.0
  image       localhost:5050/node@sha256:c9df
  aliases     24.21, 24
  built on    base:13
  tags        localhost:5050/node:24.21.0  published
              localhost:5050/node:24       on another digest

  linux/amd64  sha256:76c8  81 MB
    created     1980-01-01T00:00:00Z
    layers      48 MB   base:13       ADD rootfs.tar /
                33 MB   node:24.21.0  RUN <<EOF npm install EOF
                4.0 kB  node:24.21.0
    cmd         ["node","--version"]
    user        1000
    workdir     /work
    ports       8080/tcp, 9090/udp
    env         PATH=/usr/bin
                GREETING=two lines
    labels      team=build
    tests       1 of 18 tests failed
    packages    112
    attached    application/vnd.cyclonedx+json  sha256:5bcb  123 kB
                application/spdx+json           sha256:ca59  99 kB

  linux/arm64  not built: not made from these inputs before
    image-manager build node:24.21.0 --platform linux/arm64`,
  );
});

test("formatInspections() shows several, and what there is nothing of", () => {
  const base: Inspection = { ...node, id: "base:13", digest: null, aliases: [], parents: [], tags: [], platforms: [] };
  const bare: InspectedImage = { ...image, layers: [], tests: { state: "none", passed: 0, failed: 0 }, packages: null };
  const slim: Inspection = {
    ...base,
    id: "base:13-slim",
    platforms: [{ platform: "linux/amd64", image: bare, reason: "" }],
  };
  const text = formatInspections([base, slim], { color: false });
  assert.ok(text.startsWith("base:13\n  image       localhost:5050/node, no index yet\n\nbase:13-slim\n"), text);
  assert.match(text, "    tests       none\n    packages    not listed\n");
});
