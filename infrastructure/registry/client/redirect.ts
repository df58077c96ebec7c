import type { Reply, Request, Send } from "./transport.ts";

/** More are a circle. */
const most = 5;

/** Follows redirects: reads with any status, writes with 307 and 308 only. Authorization stays with its own origin. */
export function redirecting(send: Send): Send {
  return async (request) => {
    let current = request;
    for (let followed = 0; ; followed += 1) {
      const reply = await send(current);
      const to = followed < most ? targetOf(current, reply) : undefined;
      if (!to) return reply;
      current = { ...current, url: to, headers: to.origin === current.url.origin ? headersOf(current) : bare(current) };
    }
  };
}

function targetOf({ method, url }: Request, { status, headers }: Reply): URL | undefined {
  const followed = method === "GET" || method === "HEAD" ? [301, 302, 303, 307, 308] : [307, 308];
  return followed.includes(status) && headers.location ? new URL(headers.location, url) : undefined;
}

function headersOf({ headers = {} }: Request): Readonly<Record<string, string>> {
  return headers;
}

function bare(request: Request): Readonly<Record<string, string>> {
  const { authorization: _, ...rest } = headersOf(request);
  return rest;
}
