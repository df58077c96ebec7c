import type { IncomingMessage } from "node:http";
import { createArrivals } from "./arrivals.ts";
import { blobs } from "./blobs.ts";
import { catalog } from "./catalog.ts";
import { refuse } from "./errors.ts";
import { json, type Methods, type Reply } from "./http.ts";
import { manifests } from "./manifests.ts";
import { readName } from "./names.ts";
import { referrers } from "./referrers.ts";
import type { Storage } from "./storage.ts";
import { tags } from "./tags.ts";
import { uploadStarts, uploads } from "./uploads.ts";

/** Answers requests to the API, whatever they ask. @throws Refusal for what cannot be answered. */
export type Router = (request: IncomingMessage) => Promise<Reply>;

/** All endpoints of the specification, the more special path first. A name may have parts like `blobs`: the last one counts. */
export function createRouter(storage: Storage): Router {
  const arrivals = createArrivals(storage);
  const routes: readonly (readonly [RegExp, Methods])[] = [
    [/^\/v2\/?$/, { GET: async () => json({}) }],
    [/^\/v2\/_catalog$/, catalog(storage)],
    [/^\/v2\/(?<name>.+)\/blobs\/uploads\/?$/, uploadStarts(storage, arrivals)],
    [/^\/v2\/(?<name>.+)\/blobs\/uploads\/(?<target>[^/]+)$/, uploads(storage, arrivals)],
    [/^\/v2\/(?<name>.+)\/blobs\/(?<target>[^/]+)$/, blobs(storage)],
    [/^\/v2\/(?<name>.+)\/manifests\/(?<target>[^/]+)$/, manifests(storage)],
    [/^\/v2\/(?<name>.+)\/tags\/list$/, tags(storage)],
    [/^\/v2\/(?<name>.+)\/referrers\/(?<target>[^/]+)$/, referrers(storage)],
  ];
  return async (request) => {
    const [path, query] = splitUrl(request.url ?? "");
    for (const [pattern, methods] of routes) {
      const match = pattern.exec(path);
      if (!match) continue;
      const { name, target = "" } = match.groups ?? {};
      const call = { request, name: name === undefined ? "" : readName(name), target, query };
      return (methodOf(request, methods) ?? notAllowed(request, methods))(call);
    }
    return refuse("UNSUPPORTED", `No such endpoint: ${path}`, { status: 404 });
  };
}

/** Not `URL`, which would tidy `..` away before names are looked at. */
function splitUrl(url: string): readonly [path: string, query: URLSearchParams] {
  const [path = "", ...query] = url.split("?");
  return [decode(path), new URLSearchParams(query.join("?"))];
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return refuse("NAME_INVALID", `Invalid path: ${path}`);
  }
}

function methodOf({ method = "GET" }: IncomingMessage, methods: Methods): Methods[string] | undefined {
  return methods[method === "HEAD" ? "GET" : method];
}

function notAllowed({ method }: IncomingMessage, methods: Methods): never {
  const allow = Object.keys(methods).join(", ");
  return refuse("UNSUPPORTED", `Method ${method} is not supported here`, { status: 405, headers: { allow } });
}
