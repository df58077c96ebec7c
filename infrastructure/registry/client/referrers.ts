import type { Digest } from "../../../src/entry.ts";
import { indexType } from "../../../src/oci/document.ts";
import type { Descriptor, Registry, Repository } from "../../../src/ports.ts";
import { fail } from "../../../src/problem.ts";
import { errorsIn, type Purpose } from "./errors.ts";
import { indexIn, referrerOf } from "./manifest.ts";
import { putManifest } from "./manifests.ts";
import { accessTo, referenceOf, urlOf } from "./repository.ts";
import { addByTag, listByTag } from "./tag-schema.ts";
import type { Reply } from "./transport.ts";
import type { Attempt } from "./wire.ts";

/**
 * What refers to a manifest, by the API of distribution-spec 1.1, or by the tag schema on hosts that do not have it.
 *
 * Whether a host has it is learned once. Two that attach to one subject at once where it has not are best kept apart:
 * see `attachingInTurn`.
 */
export function createReferrers(attempt: Attempt): Pick<Registry, "referrers" | "attach"> {
  const hosts = new Map<string, "api" | "tags">();
  return {
    referrers: async (repository, subject, signal) => {
      const { address } = repository.place;
      if (hosts.get(address) !== "tags") {
        const listed = await listByApi(attempt, repository, subject, signal);
        if (listed !== "unknown") hosts.set(address, listed === "none" ? "tags" : "api");
        if (typeof listed !== "string") return listed;
      }
      return await listByTag(attempt, repository, subject, signal);
    },
    attach: async (repository, subject, artifact, signal) => {
      const { listed } = await putManifest(attempt, repository, artifact.descriptor.digest, artifact, signal);
      hosts.set(repository.place.address, listed ? "api" : "tags");
      if (!listed) await addByTag(attempt, repository, subject, referrerOf(artifact), signal);
    },
  };
}

/** `none`: the host has no such API; `unknown`: some that have it say 404 for a repository that is not there. */
async function listByApi(
  attempt: Attempt,
  repository: Repository,
  subject: Digest,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[] | "none" | "unknown"> {
  const action = `list what refers to ${referenceOf(repository, subject)}`;
  const ask = (url: URL, expect: Purpose["expect"]) =>
    attempt({ action, address: repository.place.address, expect, signal }, (send) =>
      send({ method: "GET", url, headers: { accept: indexType }, access: accessTo(repository, "pull"), signal }),
    );
  const first = await ask(urlOf(repository, `referrers/${subject}`), [200, 404, 405]);
  if (first.status === 404 && errorsIn(first.body).some(({ code }) => code === "NAME_UNKNOWN")) return "unknown";
  // What stands before a registry may have a page of its own for addresses that it does not know.
  if (first.status !== 200 || !first.headers["content-type"]?.startsWith(indexType)) return "none";
  const pages = [first];
  for (let next = nextOf(first); next && pages.every(({ url }) => url.href !== next?.href); ) {
    const page = await ask(next, [200]);
    pages.push(page);
    next = nextOf(page);
  }
  return pages.flatMap(({ body }) => indexIn(body)?.manifests ?? noIndex(action));
}

/** `Link: </v2/…?page=2>; rel="next"` (RFC 8288). */
function nextOf({ headers, url }: Reply): URL | undefined {
  const target = /<([^>]*)>\s*;\s*rel="?next"?/.exec(headers.link ?? "")?.[1];
  return target === undefined ? undefined : new URL(target, url);
}

function noIndex(action: string): never {
  return fail({ code: "registry-failed", kind: "task", message: `Cannot ${action}: the answer is no index` });
}
