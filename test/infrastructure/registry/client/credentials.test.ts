import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { createCredentials } from "../../../../infrastructure/registry/client/credentials.ts";
import { type Context, suite } from "../../../rig/suite.ts";
import { problems } from "../images.ts";

const test = suite("registry credentials");

const auth = (text: string) => Buffer.from(text).toString("base64");

async function configured(t: Context, config: object | string) {
  const dockerConfig = await t.folder();
  const text = typeof config === "string" ? config : JSON.stringify(config);
  await writeFile(join(dockerConfig, "config.json"), text);
  return { dockerConfig, file: join(dockerConfig, "config.json") };
}

/** A helper that notes each question and answers as the shell text says. */
async function helper(t: Context, name: string, answer: string) {
  const folder = await t.folder();
  const notes = join(folder, "notes");
  const program = join(folder, `docker-credential-${name}`);
  await writeFile(program, `#!/bin/sh\nread -r server\necho "$1 $server" >> ${notes}\n${answer}\n`);
  await chmod(program, 0o755);
  return { env: { PATH: `${folder}:/usr/bin:/bin` }, asked: async () => await readFile(notes, "utf8").catch(() => "") };
}

test("find() gives nothing without a configuration", async (t) => {
  const credentials = createCredentials({ dockerConfig: join(await t.folder(), "none") });
  assert.is(await credentials.find("ghcr.io", "team/node"), undefined);
});

test("find() reads logins under every name that Docker and Podman give a registry", async (t) => {
  const auths = {
    "https://index.docker.io/v1/": { auth: auth("hub:one") },
    "ghcr.io": { auth: auth("me:with:colons") },
    "https://quay.io/v2/": { auth: auth("quay:two") },
    "localhost:5050": { auth: auth("<token>:x"), identitytoken: "refresh" },
    "host.example/team": { auth: auth("team:three") },
    "host.example": { auth: auth("all:four") },
  };
  const credentials = createCredentials(await configured(t, { auths }));
  const found = {
    "docker.io library/debian": { username: "hub", password: "one" },
    "ghcr.io node": { username: "me", password: "with:colons" },
    "quay.io node": { username: "quay", password: "two" },
    "localhost:5050 node": { identityToken: "refresh" },
    "host.example team/node": { username: "team", password: "three" },
    "host.example other/node": { username: "all", password: "four" },
  };
  for (const [place, login] of Object.entries(found)) {
    const [address = "", repository = ""] = place.split(" ");
    assert.equal(await credentials.find(address, repository), login, place);
  }
  assert.is(await credentials.find("elsewhere.example", "node"), undefined);
});

test("find() looks into Podman's file after Docker's", async (t) => {
  const docker = await configured(t, { auths: { "a.example": { auth: auth("a:docker") } } });
  const podman = await configured(t, {
    auths: { "a.example": { auth: auth("a:podman") }, "b.example": { auth: auth("b:podman") } },
  });
  const credentials = createCredentials({ ...docker, podmanAuth: podman.file });
  assert.equal(await credentials.find("a.example", "node"), { username: "a", password: "docker" });
  assert.equal(await credentials.find("b.example", "node"), { username: "b", password: "podman" });
});

test("find() asks a credential helper once for each registry", async (t) => {
  const { env, asked } = await helper(t, "test", `echo '{"ServerURL":"x","Username":"me","Secret":"secret"}'`);
  const { dockerConfig } = await configured(t, { credsStore: "test", auths: { "ghcr.io": {} } });
  const credentials = createCredentials({ dockerConfig, env });
  const login = { username: "me", password: "secret" };
  assert.equal(await Promise.all([credentials.find("ghcr.io", "a"), credentials.find("ghcr.io", "b")]), [login, login]);
  await credentials.find("docker.io", "library/debian");
  assert.is(await asked(), "get ghcr.io\nget https://index.docker.io/v1/\n");
});

test("find() prefers the helper of a registry, and knows its identity tokens", async (t) => {
  const { env } = await helper(t, "own", `echo '{"Username":"<token>","Secret":"refresh"}'`);
  const { dockerConfig } = await configured(t, { credsStore: "absent", credHelpers: { "ghcr.io": "own" } });
  const found = await createCredentials({ dockerConfig, env }).find("ghcr.io", "node");
  assert.equal(found, { identityToken: "refresh" });
});

test("find() falls back to the file when the helper knows nothing", async (t) => {
  const { env } = await helper(t, "empty", "echo 'credentials not found in native keychain'; exit 1");
  const { dockerConfig } = await configured(t, {
    credsStore: "empty",
    auths: { "ghcr.io": { auth: auth("me:file") } },
  });
  const found = await createCredentials({ dockerConfig, env }).find("ghcr.io", "node");
  assert.equal(found, { username: "me", password: "file" });
});

test("find() says what is wrong with a helper that fails", async (t) => {
  const { env } = await helper(t, "locked", "echo 'the keychain is locked' >&2; exit 2");
  const { dockerConfig } = await configured(t, { credsStore: "locked" });
  assert.equal(await problems(createCredentials({ dockerConfig, env }).find("ghcr.io", "node")), [
    {
      code: "credential-helper-failed",
      kind: "config",
      message: "Credential helper docker-credential-locked has no login for ghcr.io",
      found: "exit status 2",
      log: ["the keychain is locked"],
    },
  ]);
});

test("find() names a configuration that cannot be read", async (t) => {
  const { dockerConfig, file } = await configured(t, '{"auths": ');
  assert.equal(await problems(createCredentials({ dockerConfig }).find("ghcr.io", "node")), [
    {
      code: "credentials-unreadable",
      kind: "config",
      message: `Cannot read the registry logins in ${file}`,
      place: { file },
      found: "Unexpected end of JSON input",
    },
  ]);
  const other = await configured(t, { auths: { "ghcr.io": { auth: auth("nothing") } } });
  const [problem] = await problems(createCredentials(other).find("ghcr.io", "node"));
  assert.is(problem?.found, "an auth that is not USER:PASSWORD in base64");
});
