import { fail } from "../../../src/problem.ts";
import type { Login } from "./credentials.ts";
import type { Access, Reply, Request } from "./transport.ts";

/** A header that lets requests pass, and until when it does, in milliseconds since 1970. */
export interface Pass {
  readonly header: string | null;
  readonly until: number;
}

/** Sends a request about access that needs no pass itself; gives replies of the statuses named, throws for others. */
export type Ask = (access: Access, request: Request, expect: readonly number[]) => Promise<Reply>;

/** Basic authentication (RFC 7617). */
export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** Gets a token for the scopes from the service that a registry named (distribution's token specification). */
export async function fetchToken(
  ask: Ask,
  { realm, service, scope }: Readonly<Record<string, string>>,
  access: Access,
  login: Login | undefined,
): Promise<Pass> {
  const url = URL.parse(realm ?? "") ?? noToken(access, "The registry names no token service");
  const wanted = new URLSearchParams(service === undefined ? {} : { service });
  for (const each of new Set([...access.scopes, ...(scope?.split(" ") ?? [])])) wanted.append("scope", each);
  if (login && "identityToken" in login) {
    const reply = await ask(access, exchange(url, wanted, login.identityToken), [200, 404, 405]);
    if (reply.status === 200) return passOf(reply, access);
  }
  return passOf(await ask(access, plainRequest(url, wanted, login), [200]), access);
}

/** OAuth 2's way (RFC 6749 §6), which takes one scope parameter only; services without it answer 404 or 405. */
function exchange(url: URL, wanted: URLSearchParams, identityToken: string): Request {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    service: wanted.get("service") ?? "",
    scope: wanted.getAll("scope").join(" "),
    client_id: "image-manager",
    refresh_token: identityToken,
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return { method: "POST", url, headers, body: form.toString() };
}

function plainRequest(realm: URL, wanted: URLSearchParams, login: Login | undefined): Request {
  const url = new URL(realm);
  for (const [name, value] of wanted) url.searchParams.append(name, value);
  if (!login) return { method: "GET", url };
  const [username, password] =
    "identityToken" in login ? ["<token>", login.identityToken] : [login.username, login.password];
  return { method: "GET", url, headers: { authorization: basic(username, password) } };
}

/** A token that does not say how long it holds does so for a minute; the last tenth is left for clocks and ways. */
function passOf({ body }: Reply, access: Access): Pass {
  const { token, access_token, expires_in } = answerIn(body);
  const text = token ?? access_token ?? noToken(access, "The token service gave none");
  const seconds = typeof expires_in === "number" && expires_in > 0 ? expires_in : 60;
  return { header: `Bearer ${text}`, until: Date.now() + seconds * 900 };
}

function answerIn(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

function noToken({ address, repository }: Access, found: string): never {
  const message = `Cannot get a token for ${address}/${repository}`;
  return fail({ code: "registry-failed", kind: "task", message, found });
}
