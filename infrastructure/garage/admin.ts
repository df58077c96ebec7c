import { isLoopback } from "../../src/model/address.ts";
import { ImagesError, type Problem } from "../../src/problem.ts";

/** Where a Garage takes orders, and the token it was started with. */
export interface Admin {
  /** `http://localhost:3903` */
  readonly endpoint: string;
  readonly token: string;
}

/** What came back, whatever the status says; `body` is null where it is no JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

/** Milliseconds: what is asked here is done at once or not at all. */
const patience = 10_000;

/**
 * Calls Garage's admin API v2: `GetClusterLayout`, or `ImportKey` with a body, which makes it a POST.
 *
 * @throws ImagesError `garage-unreachable`, `garage-denied`
 */
export async function call(admin: Admin, name: string, body: object | null, signal: AbortSignal): Promise<Answer> {
  const { endpoint, token } = admin;
  const answer = await ask(endpoint, `/v2/${name}`, signal, {
    method: body === null ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}` },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.status === 401 || answer.status === 403) throw new ImagesError(denied(endpoint));
  return answer;
}

/** What Garage says of itself: 200 when it can work, 503 also as long as it has no layout. Asks for no token. */
export function health(endpoint: string, signal: AbortSignal): Promise<Answer> {
  return ask(endpoint, "/health", signal, {});
}

interface Request {
  readonly method?: "POST" | "GET";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function ask(endpoint: string, path: string, signal: AbortSignal, request: Request): Promise<Answer> {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
    // A connection that is kept open keeps Garage from ending.
    const headers = { ...request.headers, connection: "close" };
    const response = await fetch(new URL(path, endpoint), { ...request, headers, redirect: "error", signal: limited });
    const text = await response.text();
    return { status: response.status, body: parsed(text), text };
  } catch (error) {
    signal.throwIfAborted();
    throw new ImagesError(unreachable(endpoint), { cause: error });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function unreachable(endpoint: string): Problem {
  const local = isLoopback(new URL(endpoint).host);
  return {
    code: "garage-unreachable",
    kind: "service",
    message: `Garage not reachable at ${endpoint}`,
    fix: local ? "Run 'docker compose up -d' or 'image-manager start garage'" : "Check the address and the network",
  };
}

function denied(endpoint: string): Problem {
  return {
    code: "garage-denied",
    kind: "service",
    message: `Garage at ${endpoint} refuses the admin token`,
    wanted: "the token it was started with, which has no dot",
    fix: "Set GARAGE_ADMIN_TOKEN to it, or have bucket and key made by whoever runs it",
  };
}
