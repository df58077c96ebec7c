import { setTimeout as sleep } from "node:timers/promises";
import { isLoopback } from "./address.ts";
import type { Reply } from "./transport.ts";

/** How often and how long something is tried again. Times in milliseconds. */
export interface RetryPolicy {
  readonly tries: number;
  /** Before the second try, doubled for each further one. */
  readonly pause: number;
  /** All pauses together; a registry that asks for more is not waited for. */
  readonly patience: number;
}

/** Five tries within about three seconds, or within a minute where a registry asks for longer pauses. */
export const defaultPolicy: RetryPolicy = { tries: 5, pause: 200, patience: 60_000 };

/** Statuses that say "not now". */
const passing = new Set([408, 429, 500, 502, 503, 504]);

/** Codes of Node and undici for connections that did not come about, or ended before the reply did. */
const broken = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"],
  ...["UND_ERR_SOCKET", "UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"],
]);

/** Repeats an attempt while its outcome may pass: after a broken connection, or a status that says "not now". */
export async function retry(
  { tries, pause, patience }: RetryPolicy,
  attempt: () => Promise<Reply>,
  { address, signal }: { readonly address: string; readonly signal?: AbortSignal | undefined },
): Promise<Reply> {
  let left = patience;
  for (let tried = 1; ; tried += 1) {
    const outcome = await attempt().catch((error: unknown) => mayPass(error, address) ?? Promise.reject(error));
    if (!(outcome instanceof Error) && !passing.has(outcome.status)) return outcome;
    const wait = askedPause(outcome) ?? pause * 2 ** (tried - 1) * (0.5 + Math.random() / 2);
    if (tried >= tries || wait > left) return outcome instanceof Error ? Promise.reject(outcome) : outcome;
    left -= wait;
    await sleep(wait, undefined, { signal });
  }
}

/** The code of a connection that broke or never came about; undefined for every other error. */
export function brokenConnection(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code !== undefined && (broken.has(code) || code === "ENOTFOUND") ? code : undefined;
}

/** On this machine nothing is on its way up by itself: a refused connection is told at once, as is an unknown name. */
function mayPass(error: unknown, address: string): Error | undefined {
  const code = brokenConnection(error);
  const lasting = code === undefined || code === "ENOTFOUND" || (code === "ECONNREFUSED" && isLoopback(address));
  return lasting ? undefined : (error as Error);
}

/** Retry-After in milliseconds (RFC 9110 §10.2.3): seconds, or a date. */
function askedPause(outcome: Reply | Error): number | undefined {
  const asked = outcome instanceof Error ? undefined : outcome.headers["retry-after"];
  if (!asked) return undefined;
  const pause = /^\d+$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - Date.now();
  return Number.isNaN(pause) ? undefined : Math.max(pause, 0);
}
