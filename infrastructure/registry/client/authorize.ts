import { originOf } from "./address.ts";
import type { Credentials } from "./credentials.ts";
import { remembered } from "./remember.ts";
import { type Ask, basic, fetchToken, type Pass } from "./token.ts";
import type { Access, Reply, Request, Send } from "./transport.ts";

/** How a registry wants to know who asks (RFC 9110 §11.6.1). */
interface Challenge {
  readonly scheme: "none" | "basic" | "bearer";
  readonly parameters: Readonly<Record<string, string>>;
}

const none: Challenge = { scheme: "none", parameters: {} };
const open: Pass = { header: null, until: Number.POSITIVE_INFINITY };

/** Adds to each request what its registry asks for: nothing, credentials, or a token, which is kept by its scopes. */
export function authorized(send: Send, ask: Ask, credentials: Credentials): Send {
  const challenges = new Map<string, Promise<Challenge>>();
  const passes = new Map<string, Promise<Pass>>();

  const issue = async (challenge: Challenge, access: Access) => {
    if (challenge.scheme === "none") return open;
    const login = await credentials.find(access.address, access.repository);
    return challenge.scheme === "bearer" ? fetchToken(ask, challenge.parameters, access, login) : basicPass(login);
  };
  // Asked before anything else, and once: hundreds of requests at once would all be turned away.
  const challengeOf = (access: Access) => remembered(challenges, access.address, () => readRoot(ask, access));
  const passFor = async (access: Access) => {
    const get = () => remembered(passes, keyOf(access), async () => issue(await challengeOf(access), access));
    const pass = await get();
    if (pass.until > Date.now()) return pass;
    passes.delete(keyOf(access));
    return await get();
  };

  return async (request) => {
    const { access } = request;
    // A registry may send an upload to another host: that one must not see what is meant for the registry.
    if (!access || request.url.origin !== originOf(access.address)) return send(request);
    const pass = await unlessAborted(passFor(access), request.signal);
    const reply = await send(withPass(request, pass));
    const challenge = readChallenge(reply);
    if (challenge.scheme === "none") return reply;
    // Some let everybody in at the root and ask further in; and a token may end before its time.
    if ((await passes.get(keyOf(access))) === pass) passes.delete(keyOf(access));
    return await send(withPass(request, await remembered(passes, keyOf(access), () => issue(challenge, access))));
  };
}

/** The root is where registries say what they ask for; a scope that is named there means nothing for a repository. */
async function readRoot(ask: Ask, access: Access): Promise<Challenge> {
  const url = new URL("/v2/", originOf(access.address));
  const { scheme, parameters } = readChallenge(await ask(access, { method: "GET", url }, [200, 401, 403, 404, 405]));
  const { scope: _, ...rest } = parameters;
  return { scheme, parameters: rest };
}

function readChallenge({ status, headers }: Reply): Challenge {
  const text = status === 401 ? (headers["www-authenticate"] ?? "") : "";
  const bearer = /\bbearer\s+(.*)/i.exec(text)?.[1];
  if (bearer === undefined) return /\bbasic\b/i.test(text) ? { scheme: "basic", parameters: {} } : none;
  const pairs = bearer.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,"]+))/g);
  const parameters = [...pairs].map(([, name = "", quoted, plain]) => [name.toLowerCase(), quoted ?? plain ?? ""]);
  return { scheme: "bearer", parameters: Object.fromEntries(parameters) };
}

function basicPass(login: Awaited<ReturnType<Credentials["find"]>>): Pass {
  const known = login !== undefined && "username" in login;
  return known ? { ...open, header: basic(login.username, login.password) } : open;
}

function keyOf({ address, repository, scopes }: Access): string {
  return [address, repository, ...scopes].join(" ");
}

function withPass(request: Request, { header }: Pass): Request {
  return header === null ? request : { ...request, headers: { ...request.headers, authorization: header } };
}

/** Passes are shared: who no longer wants one leaves, and the question goes on for the others. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
