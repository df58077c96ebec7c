import { authorized } from "./authorize.ts";
import type { Credentials } from "./credentials.ts";
import { checked, type Purpose } from "./errors.ts";
import { redirecting } from "./redirect.ts";
import { type RetryPolicy, retry } from "./retry.ts";
import type { Reply, Send } from "./transport.ts";

/** Does work of one or several requests: as a whole again while it may yet succeed, and its last reply is judged. */
export type Attempt = (purpose: Purpose, work: (send: Send) => Promise<Reply>) => Promise<Reply>;

/** Puts the layers between a registry's calls and the network together. */
export function createWire(transport: Send, credentials: Credentials, policy: RetryPolicy): Attempt {
  const plain = redirecting(transport);
  const ask = attempting(plain, policy);
  const identified = authorized(
    plain,
    ({ address, repository }, request, expect) =>
      ask({ action: `get access to ${address}/${repository}`, address: request.url.host, expect }, (send) =>
        send(request),
      ),
    credentials,
  );
  return attempting(identified, policy);
}

function attempting(send: Send, policy: RetryPolicy): Attempt {
  return (purpose, work) =>
    checked(
      purpose,
      retry(policy, () => work(send), purpose),
    );
}
