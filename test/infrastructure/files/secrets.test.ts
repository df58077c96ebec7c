import * as assert from "uvu/assert";
import { secretsIn } from "../../../infrastructure/files/secrets.ts";
import type { TreeFile } from "../../../src/input.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("secrets in overlays");

test("secretsIn() names files that look like secrets", async () => {
  const paths = [".env", "app/.env.production", ".env.example", "etc/tls/server.key", "etc/ca.pem", "root/.ssh/id_rsa"];
  const others = ["keys", "environment", "id_rsa.pub", "etc/apt/key.asc"];
  const files = [...paths, ...others].map(
    (path): TreeFile => ({ path, type: "file", mode: 0o644, sha256: "", size: 0 }),
  );
  assert.equal(
    secretsIn({ folder: "images/node/rootfs", files, digest: "" }),
    paths.filter((path) => path !== ".env.example").map((path) => `images/node/rootfs/${path}`),
  );
});
