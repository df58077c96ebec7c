import { createHash } from "node:crypto";
import { expect, location } from "./expect.ts";
import { type Answer, type Ask, send } from "./wire.ts";

/** One thing a registry has to do. Throws when it does not. */
export type Case = (repository: Repository) => Promise<void>;
export type Cases = Readonly<Record<string, Case>>;

export type Algorithm = "sha256" | "sha512";

/** An OCI descriptor (image-spec 1.1). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** A repository of the registry that is tried, and requests below it. */
export interface Repository {
  readonly name: string;
  /** Another one, empty like this. */
  sibling(): Repository;
  /** One whose name begins with this one's. */
  within(path: string): Repository;
  /** `path` is below `/v2/<name>/`, or is a path from the root or a URL, as a Location is. */
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** Sends a path from the root exactly as it is. */
  raw(method: string, path: string): Promise<Answer>;
  /** Begins an upload and gives its Location. */
  begin(query?: string): Promise<string>;
  /** Pushes a blob by POST and PUT. */
  push(content: string | Uint8Array, mediaType?: string, algorithm?: Algorithm): Promise<Descriptor>;
  /** Pushes a manifest by tag or digest: an object as JSON, a text as it is. */
  put(reference: string, manifest: object | string, mediaType?: string): Promise<Answer>;
}

export const octets = "application/octet-stream";

export function createRepository(base: string, name: string): Repository {
  const ask: Repository["ask"] = (method, path, options) => {
    const { pathname, search } = /^(?:\/|https?:)/.test(path) ? new URL(path, base) : { pathname: "", search: "" };
    return send(base, method, pathname === "" ? `/v2/${name}/${path}` : pathname + search, options);
  };
  const begin = async (query = "") => {
    const answer = await ask("POST", `blobs/uploads/${query}`);
    expect(answer, 202);
    return location(answer);
  };
  return {
    name,
    ask,
    begin,
    raw: (method, path) => send(base, method, path),
    within: (path) => createRepository(base, `${name}/${path}`),
    sibling: () => createRepository(base, `${name}-sibling`),
    push: async (content, mediaType = octets, algorithm = "sha256") => {
      const body = Buffer.from(content);
      const digest = digestOf(body, algorithm);
      const place = withQuery(await begin(), { digest });
      expect(await ask("PUT", place, { body, headers: { "content-type": octets } }), 201);
      return { mediaType, digest, size: body.length };
    },
    put: (reference, manifest, mediaType) => {
      const body = Buffer.from(typeof manifest === "string" ? manifest : JSON.stringify(manifest));
      const headers = { "content-type": mediaType ?? mediaTypeOf(manifest) };
      return ask("PUT", `manifests/${reference}`, { body, headers });
    },
  };
}

function mediaTypeOf(manifest: object | string): string {
  return typeof manifest === "object" && "mediaType" in manifest ? String(manifest.mediaType) : octets;
}

export function digestOf(content: string | Uint8Array, algorithm: Algorithm = "sha256"): string {
  return `${algorithm}:${createHash(algorithm).update(content).digest("hex")}`;
}

/** A Location may have a query of its own. */
export function withQuery(place: string, query: Readonly<Record<string, string>>): string {
  return `${place}${place.includes("?") ? "&" : "?"}${new URLSearchParams(query)}`;
}
