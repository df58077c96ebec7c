import * as assert from "uvu/assert";
import { garage, s3 } from "../../../src/config/caches.ts";
import { suite } from "../../rig/suite.ts";

const test = suite("caches");

const local = {
  endpoint: "http://localhost:3900",
  builderEndpoint: null,
  region: "garage",
  bucket: "image-manager",
  prefix: "",
  pathStyle: true,
  credentials: {
    accessKeyId: "GARAGE_ACCESS_KEY_ID",
    secretAccessKey: "GARAGE_SECRET_ACCESS_KEY",
    sessionToken: null,
  },
  write: true,
  layers: true,
  admin: { endpoint: "http://localhost:3903", token: "GARAGE_ADMIN_TOKEN" },
};

const amazon = {
  ...local,
  endpoint: null,
  region: "eu-west-1",
  bucket: "team-cache",
  pathStyle: false,
  credentials: "default",
  admin: null,
};

const bucket = { bucket: "team-cache", region: "eu-west-1" };

const cases = [
  ["garage() is the one on this machine", garage(), local],
  [
    "garage() of another endpoint is not set up",
    garage({ endpoint: "http://localhost:4900" }),
    { ...local, endpoint: "http://localhost:4900", admin: null },
  ],
  ["s3() is Amazon's, with the credentials its tools find", s3(bucket), amazon],
  ["s3() without a region is in us-east-1", s3({ bucket: "team-cache" }), { ...amazon, region: "us-east-1" }],
  [
    "s3() with an endpoint has the bucket in the path",
    s3({ ...bucket, endpoint: "https://s3.example.org" }),
    { ...amazon, endpoint: "https://s3.example.org", pathStyle: true },
  ],
  ["a prefix ends in one slash", s3({ ...bucket, prefix: "team/main//" }), { ...amazon, prefix: "team/main/" }],
  [
    "credentials need no session token",
    s3({ ...bucket, credentials: { accessKeyId: "ID", secretAccessKey: "SECRET" } }),
    { ...amazon, credentials: { accessKeyId: "ID", secretAccessKey: "SECRET", sessionToken: null } },
  ],
  [
    "credentials may be a profile",
    s3({ ...bucket, credentials: { profile: "ci" } }),
    { ...amazon, credentials: { profile: "ci" } },
  ],
] as const;

for (const [name, cache, expected] of cases) {
  test(name, () => assert.equal(cache, expected));
}

test("garage() elsewhere is set up when its admin API is named", () => {
  const admin = "https://garage.example.org:3903";
  const cache = garage({ endpoint: "https://garage.example.org", admin, adminToken: "TEAM_TOKEN" });
  assert.equal(cache.admin, { endpoint: admin, token: "TEAM_TOKEN" });
});
