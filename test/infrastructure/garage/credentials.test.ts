// @garage
import { join } from "node:path";
import * as assert from "uvu/assert";
import { credentialVariables, setUpOf } from "../../../infrastructure/garage/credentials.ts";
import { garage, s3 } from "../../../src/config/caches.ts";
import { startGarage } from "../../rig/garage.ts";
import { type Context, suite } from "../../rig/suite.ts";

const test = suite("credentials of Garage");

const compose = {
  GARAGE_ADMIN_TOKEN: "image-manager-local-development",
  GARAGE_ACCESS_KEY_ID: "GK696d6167652d6d616e616765",
  GARAGE_SECRET_ACCESS_KEY: "696d6167652d6d616e61676572206c6f63616c20646576656c6f706d656e7421",
};

async function pathsOf(t: Context) {
  const folder = await t.folder();
  return { runtime: join(folder, "run"), state: join(folder, "state") };
}

test("credentialVariables() completes the environment with compose's on this machine", async (t) => {
  const given = { HOME: "/home/me" };
  assert.equal(await credentialVariables(garage(), await pathsOf(t), given), { ...given, ...compose });
});

test("credentialVariables() gives the generated ones where Garage was started natively, and only there", async (t) => {
  const { place, paths, service } = await startGarage(t);
  const generated = await credentialVariables(place, paths, {});
  assert.match(generated.GARAGE_ACCESS_KEY_ID ?? "", /^GK[0-9a-f]{24}$/);
  assert.is.not(generated.GARAGE_ACCESS_KEY_ID, compose.GARAGE_ACCESS_KEY_ID);
  const byNumber = { endpoint: place.endpoint.replace("localhost", "127.0.0.1") };
  assert.equal(await credentialVariables(byNumber, paths, {}), generated);
  assert.equal(await credentialVariables(garage(), paths, {}), compose);
  await service.stop();
  assert.equal(await credentialVariables(place, paths, {}), compose);
});

test("credentialVariables() lets variables win, a key only as a pair", async (t) => {
  const { GARAGE_ADMIN_TOKEN, ...key } = compose;
  const paths = await pathsOf(t);
  const id = { GARAGE_ACCESS_KEY_ID: "GKmine" };
  assert.equal(await credentialVariables(garage(), paths, id), { ...id, GARAGE_ADMIN_TOKEN });
  const token = { GARAGE_ADMIN_TOKEN: "mine" };
  assert.equal(await credentialVariables(garage(), paths, token), { ...key, ...token });
});

test("credentialVariables() adds nothing for a store elsewhere", async (t) => {
  const paths = await pathsOf(t);
  const elsewhere = [garage({ endpoint: "https://garage.example.org" }), s3({ bucket: "team-cache" })];
  for (const place of elsewhere) assert.equal(await credentialVariables(place, paths, {}), {});
});

test("setUpOf() says what a Garage is to have, where token and key are known", () => {
  const [place, variables] = [garage({ bucket: "team-cache" }), compose];
  assert.equal(setUpOf(place, variables), {
    admin: { endpoint: "http://localhost:3903", token: compose.GARAGE_ADMIN_TOKEN },
    bucket: "team-cache",
    key: { id: compose.GARAGE_ACCESS_KEY_ID, secret: compose.GARAGE_SECRET_ACCESS_KEY },
  });
  assert.is(setUpOf(place, { ...variables, GARAGE_ADMIN_TOKEN: "" }), undefined);
  assert.is(setUpOf(place, { ...variables, GARAGE_SECRET_ACCESS_KEY: undefined }), undefined);
  assert.is(setUpOf(garage({ credentials: { profile: "ci" } }), variables), undefined);
  assert.is(setUpOf(s3({ bucket: "team-cache" }), variables), undefined);
});
