// @garage
import { existsSync, readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { composeSecrets } from "../../../infrastructure/garage/secrets.ts";
import { run } from "../../../infrastructure/process/run.ts";
import { runtimeCommand } from "../../../infrastructure/process/runtime.ts";
import { findProgram } from "../../../infrastructure/tools/find.ts";
import { toolVersion } from "../../../infrastructure/tools/manifest.ts";
import { garage } from "../../../src/config/caches.ts";
import { suite } from "../../rig/suite.ts";
import { tool } from "../../rig/tools.ts";
import { rootSuite } from "../buildkit/daemon.ts";
import { compose, composeFile, defaultOf } from "./file.ts";

const test = suite("docker-compose.yml");
const { PATH = "" } = process.env;
const services = Object.entries(compose.services);

test("each image is pinned, Garage to the version that is started natively", () => {
  assert.equal(
    services.map(([, { image }]) => image),
    [
      `docker.io/dxflrs/garage:v${toolVersion("garage")}`,
      "docker.io/library/registry:2.8.3",
      "docker.io/joxit/docker-registry-ui:2.6.0",
    ],
  );
});

test("each port is on loopback, where the tool looks for it", () => {
  assert.equal(
    services.map(([name, { ports }]) => [name, ports]),
    [
      ["garage", ["127.0.0.1:3900:3900", "127.0.0.1:3903:3903"]],
      ["registry", ["127.0.0.1:5050:5000"]],
      ["registry-ui", ["127.0.0.1:5051:80"]],
    ],
  );
  const { endpoint, admin } = garage();
  assert.equal([endpoint, admin?.endpoint], ["http://localhost:3900", "http://localhost:3903"]);
});

test("no health check needs a shell or curl", () => {
  for (const [name, { healthcheck }] of services) {
    const [how, program = ""] = healthcheck.test;
    assert.is(how, "CMD", name);
    assert.not.match(program, /sh$|curl$/, name);
  }
});

test("what is mounted is a file of the project or a named volume", () => {
  const sources = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(":")[0] ?? ""));
  const files = sources.filter((source) => source.startsWith("./"));
  assert.equal(files, ["./infrastructure/garage/garage.toml", "./infrastructure/registry/config.yml"]);
  assert.ok(files.every((file) => existsSync(file)));
  assert.equal(
    sources.filter((source) => !files.includes(source)),
    Object.keys(compose.volumes),
  );
});

test("each secret is replaced by a variable of its name, and else the one that the tool knows", () => {
  const { GARAGE_RPC_SECRET = "", GARAGE_ADMIN_TOKEN = "" } = compose.services.garage.environment ?? {};
  assert.match(GARAGE_RPC_SECRET, /^\$\{GARAGE_RPC_SECRET:-[0-9a-f]{64}\}$/);
  assert.is(GARAGE_ADMIN_TOKEN, `\${GARAGE_ADMIN_TOKEN:-${composeSecrets.GARAGE_ADMIN_TOKEN}}`);
  assert.is(defaultOf(GARAGE_ADMIN_TOKEN).includes("."), false, "Garage takes what is before a dot for an identifier");
  assert.match(composeSecrets.GARAGE_ACCESS_KEY_ID, /^GK[0-9a-f]{24}$/);
  assert.match(composeSecrets.GARAGE_SECRET_ACCESS_KEY, /^[0-9a-f]{64}$/);
});

test("images can be deleted, by the page as well, which asks the registry through its own server", () => {
  const { storage } = parse(readFileSync("infrastructure/registry/config.yml", "utf8"));
  assert.is(storage.delete.enabled, true);
  const { DELETE_IMAGES, NGINX_PROXY_PASS_URL } = compose.services["registry-ui"].environment ?? {};
  assert.equal([DELETE_IMAGES, NGINX_PROXY_PASS_URL], ["true", "http://registry:5000"]);
});

rootSuite(test)("Garage and docker-registry are healthy with the files that are mounted", async () => {
  const programs = [
    await tool("garage"),
    await findProgram("docker-registry", PATH),
    await findProgram("busybox", PATH),
  ];
  const inside = [...runtimeCommand(new URL("inside.ts", import.meta.url)), ...programs.map((file) => file ?? "")];
  const prepare = 'mount -t tmpfs tmpfs /var/lib && ip link set lo up && exec "$@"';
  const namespaces = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const { stdout, stderr } = await run([...namespaces, "sh", "-c", prepare, "sh", ...inside], { timeout: 25_000 });
  assert.equal(JSON.parse(stdout || JSON.stringify(stderr)), {
    garage: { checked: "healthy", status: 200 },
    registry: { checked: "healthy", status: 404 },
  });
});

const composeProgram = await findProgram("docker-compose", PATH);
if (composeProgram) {
  test("docker compose takes it", async () => {
    const { code, stderr } = await run([composeProgram, "-f", composeFile, "config", "--quiet"]);
    assert.equal([code, stderr], [0, ""]);
  });
} else test.skip("docker compose takes it", "there is no docker-compose on PATH");
