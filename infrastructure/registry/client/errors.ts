import { ImagesError } from "../../../src/problem.ts";
import { isLoopback } from "./address.ts";
import { brokenConnection } from "./retry.ts";
import type { Reply } from "./transport.ts";

/** What is being done, for retries and for errors. */
export interface Purpose {
  /** Completes "Cannot": `read localhost:5050/node:24`. */
  readonly action: string;
  /** The registry as configured. */
  readonly address: string;
  /** Statuses that the caller deals with; any other is an error. */
  readonly expect: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

/** Gives an expected reply; any other, and a connection that failed, becomes an ImagesError. */
export async function checked(purpose: Purpose, replying: Promise<Reply>): Promise<Reply> {
  const reply = await replying.catch((error: unknown) => Promise.reject(explained(purpose, error)));
  if (purpose.expect.includes(reply.status)) return reply;
  throw reply.status === 401 || reply.status === 403 ? denied(purpose, reply) : refused(purpose, reply);
}

/** Nothing was sent: the registry is down, or there is none. */
const neverReached = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "UND_ERR_CONNECT_TIMEOUT"],
]);

/** A broken connection as a problem that names the registry; any other error as it is. */
export function explained({ action, address }: Purpose, cause: unknown): unknown {
  const code = brokenConnection(cause);
  if (code === undefined) return cause;
  if (!neverReached.has(code)) {
    const message = `Cannot ${action}: the connection to ${address} broke`;
    return new ImagesError({ code: "registry-failed", kind: "task", message, found: code }, { cause });
  }
  const more = isLoopback(address)
    ? { fix: "Run 'docker compose up -d' to start infrastructure services." }
    : { found: code, fix: "Check the address and the network" };
  const message = `Registry not reachable at ${address}`;
  return new ImagesError({ code: "registry-unreachable", kind: "service", message, ...more }, { cause });
}

function denied({ action, address }: Purpose, reply: Reply): ImagesError {
  return new ImagesError({
    code: "registry-denied",
    kind: "task",
    message: `Cannot ${action}: the registry refused access with status ${reply.status}`,
    ...said(reply),
    fix: `Log in with an account that may do this: docker login ${address}`,
  });
}

/** Whether a registry or its token service refused access. */
export function isDenied(error: unknown): error is ImagesError {
  return error instanceof ImagesError && error.problems[0]?.code === "registry-denied";
}

function refused({ action }: Purpose, reply: Reply): ImagesError {
  const message = `Cannot ${action}: the registry answered with status ${reply.status}`;
  return new ImagesError({ code: "registry-failed", kind: "task", message, ...said(reply) });
}

/** Bytes that are not what their digest says. */
export function mismatch(action: string, wanted: string, found: string): ImagesError {
  const message = `Cannot ${action}: the content does not have its digest`;
  return new ImagesError({ code: "digest-mismatch", kind: "task", message, found, wanted });
}

/** The registry's own words: `MANIFEST_UNKNOWN: manifest unknown`, or the beginning of a body in another form. */
function said({ body, headers }: Reply): { readonly found?: string } {
  const errors = errorsIn(body).map(({ code, message }) => (message ? `${code}: ${message}` : code));
  const words = errors.length > 0 ? errors.join("; ") : new TextDecoder().decode(body.subarray(0, 200)).trim();
  const wait = headers["retry-after"] ? `try again after ${headers["retry-after"]}` : "";
  const found = [words, wait].filter((part) => part !== "").join("; ");
  return found === "" ? {} : { found };
}

/** The errors in a reply's body (distribution-spec 1.1, "Error Codes"); none in a body of another form. */
export function errorsIn(body: Uint8Array): readonly { readonly code: string; readonly message?: string }[] {
  try {
    const { errors } = JSON.parse(new TextDecoder().decode(body)) as { readonly errors: unknown };
    return Array.isArray(errors) ? errors : [];
  } catch {
    return [];
  }
}
