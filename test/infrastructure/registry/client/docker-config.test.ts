import * as assert from "uvu/assert";
import type { Login } from "../../../../infrastructure/registry/client/credentials.ts";
import { dockerConfigFor } from "../../../../infrastructure/registry/client/docker-config.ts";
import { suite } from "../../../rig/suite.ts";
import { repository } from "../images.ts";

const test = suite("Docker configurations");

const written = async (address: string, login: Login | undefined) =>
  JSON.parse(await dockerConfigFor(repository(address, "team/node"), { find: async () => login }));

test("dockerConfigFor() writes a login as Docker does", async () => {
  const login = { username: "me", password: "with:colons" };
  assert.equal(await written("ghcr.io", login), { auths: { "ghcr.io": { auth: btoa("me:with:colons") } } });
});

test("dockerConfigFor() writes identity tokens, and Docker Hub under its oldest name", async () => {
  const entry = { auth: btoa("<token>:"), identitytoken: "refresh" };
  const auths = { "https://index.docker.io/v1/": entry };
  assert.equal(await written("docker.io", { identityToken: "refresh" }), { auths });
});

test("dockerConfigFor() gives an empty configuration without a login", async () => {
  assert.equal(await written("ghcr.io", undefined), {});
});
