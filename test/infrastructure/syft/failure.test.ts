import * as assert from "uvu/assert";
import { connectionBroke, scanFailure } from "../../../infrastructure/syft/failure.ts";
import type { ScanRequest } from "../../../src/ports.ts";
import { suite } from "../../rig/suite.ts";
import { repository } from "../registry/images.ts";

const test = suite("failures of syft");

const image = {
  repository: repository("localhost:5050", "node"),
  digest: "sha256:1",
  platform: "linux/amd64",
} as const;
const request: ScanRequest = { image, name: "node", version: "24.11.0" };
const message = "Cannot list the packages of node:24.11.0 linux/amd64: syft";

/** Syft's last line, as it writes it. */
function line(what: string): string {
  const source = "localhost:5050/node@sha256:1";
  return `[0001] ERROR could not determine source: an error occurred attempting to resolve '${source}': oci-registry: ${what}`;
}

test("scanFailure() gives what syft found, without what everybody knows", () => {
  const found = "mismatched platform (expected linux/arm64)";
  assert.equal(scanFailure(request, { code: 1, signal: null }, ["[0000] WARN something", line(found)]).problems, [
    {
      code: "scan-failed",
      kind: "task",
      message: `${message} ended with exit status 1`,
      found,
      log: ["[0000] WARN something"],
      fix: "Run the command again, or do without: sbom: false",
    },
  ]);
});

test("scanFailure() says what ends programs when syft was killed", () => {
  assert.equal(scanFailure(request, { code: null, signal: "SIGKILL" }, []).problems, [
    {
      code: "scan-failed",
      kind: "task",
      message: `${message} was ended by SIGKILL`,
      log: [],
      fix: "Programs are killed when memory runs out: syft takes about 300 MB for an image",
    },
  ]);
});

test("scanFailure() knows a way out of what happens often", () => {
  const fixOf = (what: string) => scanFailure(request, { code: 1, signal: null }, [line(what)]).problems[0]?.fix;
  assert.is(
    fixOf("write /tmp/layer: no space left on device"),
    "Make room for the unpacked layers. IMAGE_MANAGER_CACHE names another folder",
  );
  assert.is(
    fixOf("GET https://ghcr.io/v2/: UNAUTHORIZED: authentication required"),
    "Log in with an account that may read the image: docker login",
  );
  assert.is(fixOf("dial tcp: lookup registry.example: no such host"), "See whether the registry can be reached");
});

test("connectionBroke() knows a connection that ended from everything else", () => {
  const broke = (what: string) => connectionBroke(scanFailure(request, { code: 1, signal: null }, [line(what)]));
  assert.ok(broke("unable to populate layer cache : unexpected EOF"));
  assert.ok(broke("read tcp 10.0.0.1:4-10.0.0.2:443: read: connection reset by peer"));
  assert.not(broke("MANIFEST_UNKNOWN"));
  assert.not(connectionBroke(new Error("unexpected EOF")));
});
