// @garage
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as assert from "uvu/assert";
import { call } from "../../../infrastructure/garage/admin.ts";
import { type GarageSetUp, setUp } from "../../../infrastructure/garage/bootstrap.ts";
import { setUpOf } from "../../../infrastructure/garage/credentials.ts";
import { freePlace, startGarage } from "../../rig/garage.ts";
import { type Context, suite } from "../../rig/suite.ts";
import { problems } from "../registry/images.ts";

const test = suite("setting up Garage");

const hex = (bytes: number) => randomBytes(bytes).toString("hex");
const newKey = () => ({ id: `GK${hex(12)}`, secret: hex(32) });

/** Of all tests but those that need one without a layout. */
let shared: GarageSetUp;
test.before(async (t) => {
  const { place, variables } = await startGarage(t);
  shared = setUpOf(place, variables) as GarageSetUp;
});

/** One that runs, and has nothing yet. */
async function bare(t: Context): Promise<GarageSetUp> {
  const given = await freePlace();
  const { place, variables } = await startGarage(t, { ...given, credentials: "default" });
  const { endpoint } = place.admin;
  return { admin: { endpoint, token: variables.GARAGE_ADMIN_TOKEN ?? "" }, bucket: "team-cache", key: newKey() };
}

/** What the key may do in the bucket, and the version of the layout. */
async function state({ admin, bucket, key }: GarageSetUp, signal: AbortSignal): Promise<unknown> {
  const layout = await call(admin, "GetClusterLayout", null, signal);
  const found = await call(admin, `GetBucketInfo?globalAlias=${bucket}`, null, signal);
  const { keys } = found.body as { keys: { accessKeyId: string; permissions: unknown }[] };
  const { version, stagedRoleChanges } = layout.body as { version: number; stagedRoleChanges: unknown[] };
  return [version, stagedRoleChanges, keys.filter((it) => it.accessKeyId === key.id).map((it) => it.permissions)];
}

const done = [1, [], [{ owner: false, read: true, write: true }]];

test("setUp() gives a new Garage all it lacks, and changes nothing the second time", async (t) => {
  const wanted = await bare(t);
  await setUp(wanted, t.signal);
  assert.equal(await state(wanted, t.signal), done);
  await setUp(wanted, t.signal);
  assert.equal(await state(wanted, t.signal), done);
});

test("setUp() may be done by several at once", async (t) => {
  const wanted = await bare(t);
  await Promise.all(Array.from({ length: 8 }, () => setUp(wanted, t.signal)));
  assert.equal(await state(wanted, t.signal), done);
});

test("setUp() applies a layout that was left staged", async (t) => {
  const wanted = await bare(t);
  const status = await call(wanted.admin, "GetClusterStatus", null, t.signal);
  const [node] = (status.body as { nodes: { id: string }[] }).nodes;
  const roles = [{ id: node?.id, zone: "dc1", capacity: 1_000_000, tags: [] }];
  await call(wanted.admin, "UpdateClusterLayout", { roles }, t.signal);
  await setUp(wanted, t.signal);
  assert.equal(await state(wanted, t.signal), done);
});

test("setUp() adds a bucket and a key to those that are there", async (t) => {
  const wanted = { ...shared, bucket: "another-bucket", key: newKey() };
  await setUp(wanted, t.signal);
  assert.equal(await state(wanted, t.signal), done);
});

test("setUp() says that the admin token is wrong", async (t) => {
  for (const token of ["wrong", "with.dot"]) {
    const { endpoint } = shared.admin;
    assert.equal(await problems(setUp({ ...shared, admin: { endpoint, token } }, t.signal)), [
      {
        code: "garage-denied",
        kind: "service",
        message: `Garage at ${endpoint} refuses the admin token`,
        wanted: "the token it was started with, which has no dot",
        fix: "Set GARAGE_ADMIN_TOKEN to it, or have bucket and key made by whoever runs it",
      },
    ]);
  }
});

test("setUp() says that the key has another secret", async (t) => {
  const { admin, key } = shared;
  assert.equal(await problems(setUp({ ...shared, key: { ...key, secret: hex(32) } }, t.signal)), [
    {
      code: "garage-key-differs",
      kind: "service",
      message: `Garage at ${admin.endpoint} has another secret for the key ${key.id}`,
      fix: "Set GARAGE_SECRET_ACCESS_KEY to the one it has, or GARAGE_ACCESS_KEY_ID and it to a new pair",
    },
  ]);
});

test("setUp() says that the key was deleted", async (t) => {
  const wanted = { ...shared, key: newKey() };
  const { admin, key } = wanted;
  await setUp(wanted, t.signal);
  assert.is((await call(admin, `DeleteKey?id=${key.id}`, {}, t.signal)).status, 200);
  assert.equal(await problems(setUp(wanted, t.signal)), [
    {
      code: "garage-key-deleted",
      kind: "service",
      message: `The key ${key.id} was deleted from Garage at ${admin.endpoint}, which takes no key twice`,
      fix: "Set GARAGE_ACCESS_KEY_ID and GARAGE_SECRET_ACCESS_KEY to a new pair: GK and 24 hexadecimal digits, and 64 of them",
    },
  ]);
});

const malformed = [
  [
    "a key",
    "ImportKey",
    { key: { id: "my-key", secret: "it" } },
    "Invalid key format: The specified key ID is not a valid Garage key ID (starts with `GK`, followed by 12 hex-encoded bytes)",
  ],
  [
    "a bucket",
    "CreateBucket",
    { bucket: "No bucket" },
    "No bucket: Invalid bucket name. See AWS documentation for constraints on S3 bucket names:\n" +
      "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
  ],
] as const;

for (const [what, name, wrong, says] of malformed) {
  test(`setUp() passes on what Garage says of ${what} that is none`, async (t) => {
    assert.equal(await problems(setUp({ ...shared, ...wrong }, t.signal)), [
      {
        code: "garage-refused",
        kind: "service",
        message: `Cannot set up Garage at ${shared.admin.endpoint}: ${name} was answered with status 400`,
        found: `Bad request: ${says}`,
      },
    ]);
  });
}

test("setUp() says that nothing answers", async (t) => {
  const { admin } = await freePlace();
  assert.equal(await problems(setUp({ ...shared, admin: { ...admin, token: "any" } }, t.signal)), [
    {
      code: "garage-unreachable",
      kind: "service",
      message: `Garage not reachable at ${admin.endpoint}`,
      fix: "Run 'docker compose up -d' or 'image-manager start garage'",
    },
  ]);
});

test("setUp() says what it heard from something that is no Garage", async (t) => {
  for (const status of [200, 404]) {
    const server = createServer((_, response) => response.writeHead(status).end("<html>")).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.use({ [Symbol.dispose]: () => void server.close() });
    const endpoint = `http://localhost:${(server.address() as AddressInfo).port}`;
    const name = status === 200 ? "GetKeyInfo" : "GetClusterLayout";
    assert.equal(await problems(setUp({ ...shared, admin: { endpoint, token: "any" } }, t.signal)), [
      {
        code: "garage-refused",
        kind: "service",
        message: `Cannot set up Garage at ${endpoint}: ${name} was answered with status ${status}`,
        found: "<html>",
      },
    ]);
  }
});

test("setUp() ends when it is cancelled", async () => {
  const error = await setUp(shared, AbortSignal.abort(new Error("enough"))).catch((error: unknown) => error);
  assert.is((error as Error).message, "enough");
});
