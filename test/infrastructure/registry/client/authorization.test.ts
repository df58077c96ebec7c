import * as assert from "uvu/assert";
import type { Login } from "../../../../infrastructure/registry/client/credentials.ts";
import { type Context, suite } from "../../../rig/suite.ts";
import { answer, type Front, front } from "../front.ts";
import { client, problems, pushImage, repository } from "../images.ts";
import { realRegistry } from "../real.ts";

const test = suite("registry client, authorization");

interface TokenService {
  readonly registry: Front;
  /** What was asked of the token service: method, sorted parameters, authorization. */
  readonly asked: string[];
}

/** A registry whose token service gives `token-N` for each scope it is asked for; `lifetime` in seconds. */
async function withTokens(
  t: Context,
  lifetime?: number,
  { exchange = true, scopes = 2 }: { exchange?: boolean; scopes?: number } = {},
): Promise<TokenService> {
  const asked: string[] = [];
  const given = new Map<string, string>();
  const behind = await realRegistry(t);
  const service = await front(t, behind, (request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const parameters = new URLSearchParams(request.method === "POST" ? body : request.url?.split("?")[1]);
      const lines = [...parameters].map(([name, value]) => `${name}=${value}`).sort();
      asked.push([request.method, ...lines, request.headers.authorization ?? "anonymous"].join(" "));
      if (request.method === "POST" && !exchange) return answer(response, 404);
      if (parameters.getAll("scope").length > scopes) return answer(response, 403);
      const token = `token-${asked.length}`;
      given.set(`Bearer ${token}`, parameters.getAll("scope").join(" "));
      const times = lifetime === undefined ? {} : { expires_in: lifetime };
      return answer(response, 200, {}, JSON.stringify({ access_token: token, ...times }));
    });
    return true;
  });
  const registry = await front(t, behind, (request, response) => {
    const [, name = ""] = /^\/v2\/(.+)\/(?:manifests|blobs)\//.exec(request.url ?? "") ?? [];
    const action = request.method === "HEAD" || request.method === "GET" ? "pull" : "pull,push";
    const scopes = given.get(request.headers.authorization ?? "") ?? "none";
    const missing = !scopes.includes(`repository:${name}:${action}`) && request.url !== "/v2/";
    if (scopes !== "none" && !missing) return false;
    const challenge = `Bearer realm="http://${service.address}/token",service="the registry",scope="ignored"`;
    return answer(response, 401, { "www-authenticate": challenge });
  });
  return { registry, asked };
}

function logins(t: Context, login: Login | undefined) {
  return client(t, { credentials: { find: async () => login } });
}

test("anonymous tokens are asked for once for each repository and action, however many calls there are", async (t) => {
  const { registry, asked } = await withTokens(t, 300);
  const node = repository(registry.address, "team/node");
  const own = logins(t, undefined);
  await Promise.all([1, 2, 3, 4, 5].map((tag) => own.head(node, String(tag))));
  await pushImage(own, node);
  assert.equal(asked, [
    "GET scope=repository:team/node:pull service=the registry anonymous",
    "GET scope=repository:team/node:pull,push service=the registry anonymous",
  ]);
  assert.is(registry.seen.filter((line) => line === "GET /v2/").length, 1);
});

test("mounting asks for both repositories, and the token service learns who asks", async (t) => {
  const { registry, asked } = await withTokens(t, 300);
  const own = logins(t, { username: "me", password: "secret" });
  const { descriptor } = await pushImage(own, repository(registry.address, "a"));
  await own.copy(repository(registry.address, "a"), repository(registry.address, "b"), descriptor.digest);
  const mounting = "GET scope=repository:a:pull scope=repository:b:pull,push service=the registry Basic bWU6c2VjcmV0";
  assert.ok(asked.includes(mounting), asked.join("\n"));
});

test("blobs are uploaded where the token service refuses to let them be mounted", async (t) => {
  const { registry } = await withTokens(t, 300, { scopes: 1 });
  const own = logins(t, undefined);
  const { descriptor } = await pushImage(own, repository(registry.address, "a"));
  await own.copy(repository(registry.address, "a"), repository(registry.address, "b"), descriptor.digest);
  assert.equal(await own.head(repository(registry.address, "b"), descriptor.digest), descriptor);
});

test("a token is renewed when its time is over", async (t) => {
  const { registry, asked } = await withTokens(t, 0.2);
  const own = logins(t, undefined);
  await own.head(repository(registry.address, "node"), "1");
  await new Promise((resolve) => setTimeout(resolve, 250));
  await own.head(repository(registry.address, "node"), "1");
  assert.is(asked.length, 2);
});

test("an identity token is exchanged, or sent as a password where services know no exchange", async (t) => {
  const identity: Login = { identityToken: "refresh" };
  const modern = await withTokens(t, 300);
  await logins(t, identity).head(repository(modern.registry.address, "node"), "1");
  const form = "client_id=image-manager grant_type=refresh_token refresh_token=refresh";
  assert.equal(modern.asked, [`POST ${form} scope=repository:node:pull service=the registry anonymous`]);

  const old = await withTokens(t, 300, { exchange: false });
  await logins(t, identity).head(repository(old.registry.address, "node"), "1");
  assert.is(old.asked[1], "GET scope=repository:node:pull service=the registry Basic PHRva2VuPjpyZWZyZXNo");
});

test("basic credentials are sent where a registry asks for them, and only there", async (t) => {
  const behind = await realRegistry(t);
  const open: (string | undefined)[] = [];
  const without = await front(t, behind, ({ headers }) => {
    open.push(headers.authorization);
    return false;
  });
  const closed = await front(t, behind, ({ headers }, response) => {
    if (headers.authorization === "Basic bWU6c2VjcmV0") return false;
    return answer(response, 401, { "www-authenticate": 'Basic realm="x"' });
  });
  const own = logins(t, { username: "me", password: "secret" });
  assert.is(await own.head(repository(closed.address, "node"), "1"), undefined);
  assert.is(await own.head(repository(without.address, "node"), "1"), undefined);
  assert.equal(open, [undefined, undefined]);
});

test("a token service that gives no token, or is not named, is told", async (t) => {
  const service = await front(t, await realRegistry(t), (_, response) => answer(response, 200, {}, "hello"));
  const challenges = {
    [`Bearer realm="http://${service.address}/token"`]: "The token service gave none",
    'Bearer realm="nowhere"': "The registry names no token service",
  };
  for (const [challenge, found] of Object.entries(challenges)) {
    const { address } = await front(t, service.address, (_, response) =>
      answer(response, 401, { "www-authenticate": challenge }),
    );
    assert.equal(await problems(client(t).head(repository(address, "node"), "24")), [
      { code: "registry-failed", kind: "task", message: `Cannot get a token for ${address}/node`, found },
    ]);
  }
});

test("refused access says how to log in", async (t) => {
  const words = '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}';
  for (const status of [401, 403]) {
    const { address } = await front(t, await realRegistry(t), ({ url }, response) =>
      answer(response, url === "/v2/" ? 200 : status, { "www-authenticate": 'Basic realm="x"' }, words),
    );
    assert.equal(await problems(client(t).manifest(repository(address, "node"), "24")), [
      {
        code: "registry-denied",
        kind: "task",
        message: `Cannot read ${address}/node:24: the registry refused access with status ${status}`,
        found: "UNAUTHORIZED: authentication required",
        fix: `Log in with an account that may do this: docker login ${address}`,
      },
    ]);
  }
});
